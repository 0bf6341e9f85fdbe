// name: plans/kinds
// does: How many blocks of each kind a plan has that are not withdrawn.
// mode: read
// params: plan str, limit int 1..100
// returns: kind str, count int
// rows: 0..limit
// timeout_s: 20
// source: SPEC section 6
MATCH (b:Block {plan: $plan})
WHERE b.status <> 'withdrawn'
RETURN b.kind AS kind, count(b) AS count
ORDER BY kind
LIMIT $limit
