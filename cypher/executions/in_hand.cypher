// name: executions/in_hand
// does: How many tasks each agent holds, by action.
// mode: read
// params: status str, limit int 1..5000
// returns: agent str, action str, count int
// rows: 0..limit
// timeout_s: 10
// source: document 002 section 2
MATCH (t:ExecutionTask {status: $status})
WHERE t.agent IS NOT NULL
RETURN t.agent AS agent, t.action AS action, count(t) AS count
ORDER BY agent, action
LIMIT $limit
