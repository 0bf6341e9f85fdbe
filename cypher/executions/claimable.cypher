// name: executions/claimable
// does: Tasks that wait in the given lanes, in their order; nothing of the given plans.
// mode: read
// params: lanes list[str], without list[str], now_ms int, limit int 1..500
// returns: execution str, only_agent str, properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $lanes AS lane
MATCH (n:ExecutionTask {lane: lane})
WHERE coalesce(n.notBeforeMs, 0) <= $now_ms
MATCH (e:Execution {id: n.execution})
WHERE e.status = 'running' AND NOT e.plan IN $without
RETURN n.execution AS execution, e.agent AS only_agent, properties(n) AS properties
ORDER BY n.order, n.id
LIMIT $limit
