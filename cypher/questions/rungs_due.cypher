// name: questions/rungs_due
// does: Rungs that are due, lowest first within a question.
// mode: read
// params: status str, now_ms int, limit int 1..500
// returns: id str, question str, n int, action str, due_ms int
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (escalation rungs)
MATCH (r:Rung {status: $status})
WHERE r.dueMs <= $now_ms
RETURN r.id AS id, r.question AS question, r.n AS n, r.action AS action, r.dueMs AS due_ms
ORDER BY question, n
LIMIT $limit
