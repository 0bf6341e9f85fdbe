// name: pages/gap_counts
// does: How many gaps there are by status and severity.
// mode: read
// params: none
// returns: status str, severity str, count int
// rows: 0..16
// timeout_s: 5
// source: issue "The whole loop" (metrics, page)
MATCH (g:Gap)
RETURN g.status AS status, g.severity AS severity, count(g) AS count
ORDER BY status, severity
LIMIT 16
