// name: plans/tasks
// does: A page of a plan's task blocks.
// mode: read
// params: plan str, after int, limit int 1..1000
// returns: id str, key int, title str, content str, status str, priority str, properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (b:Block {plan: $plan})
WHERE b.key > $after AND b:Task AND b.status <> 'withdrawn'
RETURN b.id AS id, b.key AS key, b.title AS title, b.content AS content, b.status AS status, b.priority AS priority,
       properties(b) AS properties
ORDER BY b.key
LIMIT $limit
