// name: plans/risks
// does: A page of a plan's risks.
// mode: read
// params: plan str, after int, limit int 1..500
// returns: id str, key int, title str, content str, status str, likelihood str, impact str, action str
// rows: 0..limit
// timeout_s: 10
// source: issue "Plans that get done" (report)
MATCH (b:Block {plan: $plan})
WHERE b.key > $after AND b:Knowledge AND b.knowledgeKind = 'risk' AND b.status <> 'withdrawn'
RETURN b.id AS id, b.key AS key, b.title AS title, b.content AS content, b.status AS status, b.likelihood AS likelihood,
       coalesce(b.impact, b.severity) AS impact, coalesce(b.action, b.mitigation) AS action
ORDER BY b.key
LIMIT $limit
