// name: plans/goals
// does: What a plan is for, with the figures it is measured by.
// mode: read
// params: plan str, limit int 1..100
// returns: id str, title str, metrics str
// rows: 0..limit
// timeout_s: 10
// source: document 001 ("Success Metrics")
MATCH (p:Plan {id: $plan})-[:ADDRESSES]->(b:Block)
WHERE b:NorthStar
RETURN b.id AS id, b.title AS title, b.metrics AS metrics
ORDER BY id
LIMIT $limit
