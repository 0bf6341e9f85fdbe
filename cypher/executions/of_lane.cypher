// name: executions/of_lane
// does: A page of the tasks that wait in one lane, by id.
// mode: read
// params: lane str, after str, limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 5
// source: SPEC section 7 (questions, agents)
MATCH (n:ExecutionTask {lane: $lane})
WHERE n.id > $after
RETURN properties(n) AS properties
ORDER BY n.id
LIMIT $limit
