// name: executions/stuck_of_blocks
// does: The execution tasks of given blocks that failed for good or are blocked, but for those that wait at a gate.
// mode: read
// params: blocks list[str] 1..500, statuses list[str], limit int 1..1000
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 1, issue "Plans that get done" (blocked tasks get a suggestion)
UNWIND $statuses AS status
MATCH (n:ExecutionTask {status: status})
WHERE n.block IN $blocks AND NOT coalesce(n.lane, '') STARTS WITH 'gate:'
RETURN properties(n) AS properties
ORDER BY n.id
LIMIT $limit
