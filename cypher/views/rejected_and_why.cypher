// name: views/rejected_and_why
// does: What was rejected, by whom, why, and until when it stays away, the latest first.
// mode: read
// params: limit int 1..1000
// returns: number int, title str, rejection str, reason str, person str, channel str, at datetime, until datetime, holds str
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 3
MATCH (p:Person)-[:MADE]->(v:Verdict)-[:CONCERNS]->(b:Block)
WHERE v.outcome = 'rejected'
OPTIONAL MATCH (s:Suppression)-[:DERIVED_FROM]->(v)
RETURN b.number AS number, b.title AS title, v.rejectionType AS rejection, v.reason AS reason, p.id AS person,
       v.channel AS channel, v.at AS at, s.until AS until, s.status AS holds
ORDER BY at DESC, number DESC
LIMIT $limit
