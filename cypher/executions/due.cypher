// name: executions/due
// does: Tasks whose lease, pause or wait is over.
// mode: read
// params: now_ms int, limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:ExecutionTask)
WHERE n.dueMs > 0 AND n.dueMs <= $now_ms
RETURN properties(n) AS properties
ORDER BY n.dueMs, n.id
LIMIT $limit
