// name: executions/before_all
// does: What the given tasks waited for, in the order of the plan.
// mode: read
// params: ids list[str] 1..500
// returns: id str, before str
// rows: 0..5000
// timeout_s: 10
// source: ADR 0015
UNWIND $ids AS id
MATCH (n:ExecutionTask {id: id})-[:DEPENDS_ON]->(d:ExecutionTask)
RETURN id, d.id AS before
ORDER BY id, d.position
LIMIT 5000
