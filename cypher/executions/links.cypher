// name: executions/links
// does: Which task of an execution waits for which.
// mode: read
// params: execution str, limit int 1..20000
// returns: source str, target str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (a:ExecutionTask {execution: $execution})-[:DEPENDS_ON]->(b:ExecutionTask)
RETURN a.id AS source, b.id AS target
ORDER BY source, target
LIMIT $limit
