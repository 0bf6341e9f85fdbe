// name: proposals/under_way
// does: What is already being done: proposals that were approved, the latest first.
// mode: read
// params: statuses list[str] 1..10, limit int 1..100
// returns: number int, title str, status str, private bool
// rows: 0..limit
// timeout_s: 5
// source: issue 5 (Context)
MATCH (p:Proposal)
WHERE p.status IN $statuses
RETURN p.number AS number, p.title AS title, p.status AS status, coalesce(p.private, false) AS private
ORDER BY number DESC
LIMIT $limit
