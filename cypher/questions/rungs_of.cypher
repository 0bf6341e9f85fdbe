// name: questions/rungs_of
// does: Rungs of a question in a state, lowest first.
// mode: read
// params: question str, status str, limit int 1..500
// returns: id str, n int, action str, due_ms int
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (escalation rungs)
MATCH (r:Rung {question: $question})
WHERE r.status = $status
RETURN r.id AS id, r.n AS n, r.action AS action, r.dueMs AS due_ms
ORDER BY n
LIMIT $limit
