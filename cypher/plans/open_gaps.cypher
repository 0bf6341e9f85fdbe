// name: plans/open_gaps
// does: How many gaps of a plan are open.
// mode: read
// params: plan str
// returns: count int
// rows: 1
// timeout_s: 20
// source: SPEC section 6
MATCH (g:Gap {plan: $plan})
WHERE g.status IN ['open', 'proposed']
RETURN count(g) AS count
LIMIT 1
