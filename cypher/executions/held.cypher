// name: executions/held
// does: What an agent holds.
// mode: read
// params: agent str, limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:ExecutionTask {agent: $agent})
WHERE n.status = 'running'
RETURN properties(n) AS properties
ORDER BY n.order, n.id
LIMIT $limit
