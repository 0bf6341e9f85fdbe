// name: executions/counts
// does: How many tasks of an execution are of which status.
// mode: read
// params: execution str
// returns: status str, count int
// rows: 0..10
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:ExecutionTask {execution: $execution})
RETURN n.status AS status, count(n) AS count
ORDER BY status
LIMIT 10
