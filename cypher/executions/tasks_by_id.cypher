// name: executions/tasks_by_id
// does: Execution tasks by id, with everything about them.
// mode: read
// params: ids list[str] 1..500
// returns: properties map
// rows: 0..ids
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $ids AS id
MATCH (n:ExecutionTask {id: id})
RETURN properties(n) AS properties
