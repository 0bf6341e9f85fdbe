// name: pages/gaps_of_block
// does: The gaps that concern a block, whatever became of them.
// mode: read
// params: id str, limit int 1..100
// returns: id str, type str, severity str, status str, description str, opened_at datetime, closed_reason str, number int
// rows: 0..limit
// timeout_s: 10
// source: issue "The whole loop" (Page)
MATCH (b:Block {id: $id})<-[:CONCERNS]-(g:Gap)
OPTIONAL MATCH (p:Block {id: g.proposalId})
RETURN g.id AS id, g.type AS type, g.severity AS severity, g.status AS status, g.description AS description,
       g.openedAt AS opened_at, g.closedReason AS closed_reason, p.number AS number
ORDER BY status, id
LIMIT $limit
