// name: metrics/critic
// does: Whether the critic would have rejected, in its last rounds; the last first.
// mode: read
// params: limit int 1..100
// returns: fails bool, at_ms int
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Debating: an alarm with the numbers)
MATCH (r:Round)
WHERE r.atMs > 0 AND r.criticFails IS NOT NULL
RETURN r.criticFails AS fails, r.atMs AS at_ms
ORDER BY r.atMs DESC
LIMIT $limit
