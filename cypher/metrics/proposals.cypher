// name: metrics/proposals
// does: What became of the proposals made since a day.
// mode: read
// params: since datetime, limit int 1..100
// returns: status str, count int
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 9
MATCH (p:Block)
WHERE p.createdAt >= $since AND p:Proposal
RETURN p.status AS status, count(p) AS count
ORDER BY status
LIMIT $limit
