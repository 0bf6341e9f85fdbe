// name: executions/followers
// does: Tasks that waited for one of the given tasks and wait for nothing any more.
// mode: read
// params: ids list[str] 1..500, limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $ids AS id
MATCH (d:ExecutionTask {id: id})<-[:DEPENDS_ON]-(n:ExecutionTask)
WHERE n.status = 'pending' AND NOT EXISTS {
    MATCH (n)-[:DEPENDS_ON]->(o:ExecutionTask)
    WHERE NOT o.status IN ['completed', 'skipped']
  }
WITH DISTINCT n
RETURN properties(n) AS properties
ORDER BY n.order, n.id
LIMIT $limit
