// name: metrics/filtered
// does: Filtered proposals made since a day that nobody was shown yet, the last first.
// mode: read
// params: since datetime, limit int 1..500
// returns: id str, number int
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (p:Proposal)
WHERE p.number > 0 AND p.status = 'filtered' AND p.sampledAt IS NULL AND p.createdAt >= $since
RETURN p.id AS id, p.number AS number
ORDER BY p.number DESC
LIMIT $limit
