// name: proposals/tasks_under_way
// does: Tasks of a plan that are being done now.
// mode: read
// params: plan str, statuses list[str] 1..5, limit int 1..100
// returns: id str, title str, status str, private bool
// rows: 0..limit
// timeout_s: 5
// source: issue 5 (Context)
MATCH (t:Task)
WHERE t.plan = $plan AND t.status IN $statuses
RETURN t.id AS id, t.title AS title, t.status AS status, coalesce(t.private, false) AS private
ORDER BY t.key
LIMIT $limit
