// name: research/claims_of_plan
// does: A page of a plan's active decisions and assumptions, whole.
// mode: read
// params: plan str, after int, limit int 1..1000
// returns: id str, key int, kind str, title str, content str, status str, plan str, properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (b:Block {plan: $plan})
WHERE b.key > $after AND b.status = 'active' AND (b:Decision OR b:Assumption)
RETURN b.id AS id, b.key AS key, b.kind AS kind, b.title AS title, b.content AS content, b.status AS status,
       b.plan AS plan, properties(b) AS properties
ORDER BY b.key
LIMIT $limit
