// name: notifications/lapsed
// does: Approvals that expired unused and that nobody was told of yet.
// mode: read
// params: status str, limit int 1..50
// returns: id str, number int, title str
// rows: 0..limit
// timeout_s: 10
// source: DESIGN section 5 (whoever waits is told why)
MATCH (p:Proposal)
WHERE p.status = $status AND p.approvalExpiresMs IS NOT NULL AND p.lapseToldAt IS NULL
RETURN p.id AS id, p.number AS number, p.title AS title
ORDER BY number
LIMIT $limit
