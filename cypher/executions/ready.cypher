// name: executions/ready
// does: Tasks of an execution that wait for nothing any more.
// mode: read
// params: execution str, limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:ExecutionTask {execution: $execution})
WHERE n.status = 'pending' AND NOT EXISTS {
    MATCH (n)-[:DEPENDS_ON]->(d:ExecutionTask)
    WHERE NOT d.status IN ['completed', 'skipped']
  }
RETURN properties(n) AS properties
ORDER BY n.order, n.id
LIMIT $limit
