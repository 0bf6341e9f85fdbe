// name: tickets/beginning
// does: Tickets whose id begins so.
// mode: read
// params: start str, limit int 1..10
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:Ticket)
WHERE n.id STARTS WITH $start
RETURN properties(n) AS properties
ORDER BY n.id
LIMIT $limit
