// name: executions/tasks
// does: The tasks of an execution, in the order in which they stand in the plan.
// mode: read
// params: execution str, after int, limit int 1..1000
// returns: position int, properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:ExecutionTask {execution: $execution})
WHERE n.position > $after
RETURN n.position AS position, properties(n) AS properties
ORDER BY n.position
LIMIT $limit
