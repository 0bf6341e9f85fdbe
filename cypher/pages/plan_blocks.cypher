// name: pages/plan_blocks
// does: A plan's blocks, as far as its picture shows them; its proposals are shown in the inbox.
// mode: read
// params: plan str, limit int 1..3000
// returns: id str, kind str, title str, status str, priority str
// rows: 0..limit
// timeout_s: 10
// source: issue "The whole loop" (Page)
MATCH (b:Block {plan: $plan})
WHERE b.status <> 'withdrawn' AND b.kind <> 'Proposal'
RETURN b.id AS id, b.kind AS kind, b.title AS title, b.status AS status, b.priority AS priority
ORDER BY b.key
LIMIT $limit
