// name: plans/due
// does: Plans whose next turn has come.
// mode: read
// params: now_ms int, limit int 1..100
// returns: id str, cron str, next_ms int
// rows: 0..limit
// timeout_s: 5
// source: issue "Plans that get done" (recurring plans)
MATCH (p:Plan)
WHERE p.nextMs > 0 AND p.nextMs <= $now_ms AND p.status <> 'withdrawn'
RETURN p.id AS id, p.cron AS cron, p.nextMs AS next_ms
ORDER BY next_ms, id
LIMIT $limit
