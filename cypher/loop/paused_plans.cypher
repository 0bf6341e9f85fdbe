// name: loop/paused_plans
// does: Plans on which nothing new is begun.
// mode: read
// params: limit int 1..500
// returns: id str, plan str, reason str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (pause by the ladder)
MATCH (l:Loop)
WHERE l.plan IS NOT NULL AND l.paused = true
RETURN l.id AS id, l.plan AS plan, coalesce(l.reason, '') AS reason
ORDER BY id
LIMIT $limit
