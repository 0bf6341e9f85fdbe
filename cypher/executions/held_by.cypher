// name: executions/held_by
// does: Which tasks the given agents hold.
// mode: read
// params: agents list[str] 1..500
// returns: agent str, id str
// rows: 0..5000
// timeout_s: 10
// source: ADR 0015
UNWIND $agents AS agent
MATCH (n:ExecutionTask {agent: agent})
WHERE n.status = 'running'
RETURN agent, n.id AS id
ORDER BY agent, id
LIMIT 5000
