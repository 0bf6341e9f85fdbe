// name: executions/list
// does: Executions, the newest first.
// mode: read
// params: before_ms int, limit int 1..1000
// returns: id str, plan str, status str, agent str, title str, created_ms int, started_ms int, finished_ms int
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:Execution)
WHERE n.createdMs < $before_ms
RETURN n.id AS id, n.plan AS plan, n.status AS status, n.agent AS agent, n.title AS title, n.createdMs AS created_ms,
       n.startedMs AS started_ms, n.finishedMs AS finished_ms
ORDER BY n.createdMs DESC
LIMIT $limit
