// name: plans/tasks
// does: A page of a plan's task blocks, with what breaking down and laying out need of them.
// mode: read
// params: plan str, after int, limit int 1..5000
// returns: id str, key int, title str, content str, contentSha256 str, priority str, position int, plannedStart str, plannedEnd str, daysRealistic float, daysMin float, sourceId str, breakdown str, breakdownOf str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (b:Block {plan: $plan})
WHERE b.key > $after AND b:Task AND b.status <> 'withdrawn'
RETURN b.id AS id, b.key AS key, b.title AS title, b.content AS content, b.contentSha256 AS contentSha256,
       b.priority AS priority, b.position AS position, b.plannedStart AS plannedStart, b.plannedEnd AS plannedEnd,
       b.daysRealistic AS daysRealistic, b.daysMin AS daysMin, b.sourceId AS sourceId, b.breakdown AS breakdown,
       b.breakdownOf AS breakdownOf
ORDER BY b.key
LIMIT $limit
