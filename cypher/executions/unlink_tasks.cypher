// name: executions/unlink_tasks
// does: Say that an execution task waits no longer for another.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: unlink
// source: issue "Plans that get done" (change of a running plan)
UNWIND $rows AS r
MATCH (a:ExecutionTask {id: r.source})-[l:DEPENDS_ON]->(b:ExecutionTask {id: r.target})
WITH l, r.id AS id
DELETE l
RETURN id
