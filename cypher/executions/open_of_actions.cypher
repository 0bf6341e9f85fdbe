// name: executions/open_of_actions
// does: How many tasks of an execution do one of the given things and are not ended.
// mode: read
// params: execution str, actions list[str] 1..50
// returns: count int
// rows: 1
// timeout_s: 10
// source: SPEC section 4 (cap of a gate)
MATCH (n:ExecutionTask {execution: $execution})
WHERE n.action IN $actions AND NOT n.status IN ['completed', 'skipped', 'cancelled']
RETURN count(n) AS count
LIMIT 1
