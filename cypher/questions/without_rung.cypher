// name: questions/without_rung
// does: Questions that wait and had no rung due in a time, of those that were asked before it.
// mode: read
// params: statuses list[str] 1..5, after_ms int, now_ms int, limit int 1..500
// returns: id str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (escalation rungs)
MATCH (q:Question)
WHERE q.status IN $statuses
OPTIONAL MATCH (r:Rung {question: q.id})
WITH q, count(r) AS rungs, sum(CASE WHEN r.dueMs > $after_ms AND r.dueMs <= $now_ms THEN 1 ELSE 0 END) AS due
WHERE rungs > 0 AND due = 0
RETURN q.id AS id
ORDER BY id
LIMIT $limit
