// name: executions/link_tasks
// does: Say which execution task waits for which.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: link
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $rows AS r
MATCH (a:ExecutionTask {id: r.source})
MATCH (b:ExecutionTask {id: r.target})
MERGE (a)-[:DEPENDS_ON]->(b)
RETURN r.id AS id
