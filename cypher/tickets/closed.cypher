// name: tickets/closed
// does: The tickets of a plan that were closed, in the order in which they were opened.
// mode: read
// params: plan str, limit int 1..1000
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: issue "Plans that get done" (report)
MATCH (n:Ticket {plan: $plan})
WHERE n.status = 'closed'
RETURN properties(n) AS properties
ORDER BY n.openedMs, n.id
LIMIT $limit
