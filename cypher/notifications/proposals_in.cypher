// name: notifications/proposals_in
// does: The proposals a message shows, each in the version it shows.
// mode: read
// params: id str, limit int 1..50
// returns: number int, proposal str, digest str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 3 (what was seen is what is approved)
MATCH (n:Notification {id: $id})-[l:CONCERNS]->(p:Block)
RETURN p.number AS number, p.id AS proposal, l.digest AS digest
ORDER BY number
LIMIT $limit
