// name: executions/of_plan
// does: Executions of a plan that are of some statuses.
// mode: read
// params: plan str, statuses list[str], limit int 1..1000
// returns: id str, status str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:Execution {plan: $plan})
WHERE n.status IN $statuses
RETURN n.id AS id, n.status AS status
ORDER BY id
LIMIT $limit
