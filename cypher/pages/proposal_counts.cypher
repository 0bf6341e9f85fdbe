// name: pages/proposal_counts
// does: How many proposals there are by status.
// mode: read
// params: none
// returns: status str, count int
// rows: 0..13
// timeout_s: 5
// source: issue "The whole loop" (metrics, page)
MATCH (p:Proposal)
RETURN p.status AS status, count(p) AS count
ORDER BY status
LIMIT 13
