// name: pages/gaps_of_plan
// does: A plan's open gaps, as far as its picture shows them.
// mode: read
// params: plan str, limit int 1..3000
// returns: id str, type str, severity str, status str, block_id str
// rows: 0..limit
// timeout_s: 10
// source: issue "The whole loop" (Page)
MATCH (g:Gap)
WHERE g.plan = $plan AND g.status IN ['open', 'proposed']
RETURN g.id AS id, g.type AS type, g.severity AS severity, g.status AS status, g.blockId AS block_id
ORDER BY g.key
LIMIT $limit
