// name: tickets/list
// does: Tickets of some statuses, the oldest first.
// mode: read
// params: statuses list[str], limit int 1..1000
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $statuses AS status
MATCH (n:Ticket {status: status})
WHERE n.openedMs > 0
RETURN properties(n) AS properties
ORDER BY n.openedMs, n.id
LIMIT $limit
