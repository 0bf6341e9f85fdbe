// name: questions/plans
// does: The plans a question is about, the sample's marked.
// mode: read
// params: id str, limit int 1..50
// returns: plan str, sample bool
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (escalation rungs)
MATCH (q:Question {id: $id})-[:CONCERNS]->(b:Block)
WHERE b.plan IS NOT NULL
OPTIONAL MATCH (l:Plan {id: b.plan})
RETURN DISTINCT b.plan AS plan, coalesce(l.sample, false) AS sample
ORDER BY plan
LIMIT $limit
