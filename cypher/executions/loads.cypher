// name: executions/loads
// does: How many tasks of the given executions run.
// mode: read
// params: ids list[str] 1..500
// returns: id str, running int
// rows: 0..ids
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $ids AS id
MATCH (n:ExecutionTask {execution: id})
WHERE n.status = 'running'
RETURN id, count(n) AS running
