// name: executions/of_status
// does: Executions of some statuses.
// mode: read
// params: statuses list[str], limit int 1..1000
// returns: id str, plan str, status str, agent str, title str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $statuses AS status
MATCH (n:Execution {status: status})
RETURN n.id AS id, n.plan AS plan, n.status AS status, n.agent AS agent, n.title AS title
ORDER BY id
LIMIT $limit
