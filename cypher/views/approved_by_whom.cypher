// name: views/approved_by_whom
// does: Who approved what, through which channel, and what became of it, the latest first.
// mode: read
// params: limit int 1..1000
// returns: number int, title str, person str, channel str, at datetime, digest str, status str
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 3
MATCH (p:Person)-[:MADE]->(v:Verdict)-[:CONCERNS]->(b:Block)
WHERE v.outcome = 'approved'
RETURN b.number AS number, b.title AS title, p.id AS person, v.channel AS channel, v.at AS at, v.digest AS digest,
       b.status AS status
ORDER BY at DESC, number DESC
LIMIT $limit
