// name: metrics/argued_by_day
// does: When proposals were made since a day that were argued out, and what came of it: ready or filtered.
// mode: read
// params: since datetime, limit int 1..10000
// returns: at datetime, word str
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (p:Block)
WHERE p.createdAt >= $since AND p:Proposal AND (p.status = 'filtered' OR p.readyAt IS NOT NULL)
RETURN p.createdAt AS at, CASE WHEN p.status = 'filtered' THEN 'filtered' ELSE 'ready' END AS word
ORDER BY at, word
LIMIT $limit
