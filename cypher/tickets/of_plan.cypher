// name: tickets/of_plan
// does: Open tickets of a kind about a plan.
// mode: read
// params: plan str, kind str, limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:Ticket {plan: $plan})
WHERE n.status = 'open' AND n.kind = $kind
RETURN properties(n) AS properties
ORDER BY n.openedMs, n.id
LIMIT $limit
