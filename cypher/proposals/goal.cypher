// name: proposals/goal
// does: The goal a plan serves; without a plan any goal that is active.
// mode: read
// params: plan str, status str
// returns: id str, title str, content str, private bool
// rows: 0..1
// timeout_s: 10
// source: SPEC section 3
MATCH (n:NorthStar)
WHERE n.status = $status AND ($plan = '' OR n.plan = $plan)
RETURN n.id AS id, n.title AS title, n.content AS content, coalesce(n.private, false) AS private
ORDER BY n.key
LIMIT 1
