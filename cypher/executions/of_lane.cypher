// name: executions/of_lane
// does: Tasks that wait in one lane.
// mode: read
// params: lane str, limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 5
// source: SPEC section 7 (questions)
MATCH (n:ExecutionTask {lane: $lane})
RETURN properties(n) AS properties
ORDER BY n.id
LIMIT $limit
