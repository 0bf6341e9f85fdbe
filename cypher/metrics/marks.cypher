// name: metrics/marks
// does: What people said about gaps themselves since a day.
// mode: read
// params: since datetime, limit int 1..100
// returns: mark str, count int
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 9
MATCH (g:Gap)
WHERE g.mark IS NOT NULL AND (g.markedAt IS NULL OR g.markedAt >= $since)
RETURN g.mark AS mark, count(g) AS count
ORDER BY mark
LIMIT $limit
