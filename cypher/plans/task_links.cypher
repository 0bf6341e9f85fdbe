// name: plans/task_links
// does: How a plan's task blocks hang together: parts and prerequisites.
// mode: read
// params: plan str, limit int 1..50000
// returns: source str, type str, target str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (a:Block {plan: $plan})-[l:PART_OF|DEPENDS_ON]->(b:Block)
WHERE a:Task AND b:Task
RETURN a.id AS source, type(l) AS type, b.id AS target
ORDER BY source, type, target
LIMIT $limit
