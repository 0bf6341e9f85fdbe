// name: executions/before
// does: What a task waited for, in the order of the plan.
// mode: read
// params: id str, limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 5
// source: SPEC section 7 (`inputs`)
MATCH (n:ExecutionTask {id: $id})-[:DEPENDS_ON]->(d:ExecutionTask)
RETURN properties(d) AS properties
ORDER BY d.position
LIMIT $limit
