// name: questions/begins
// does: Questions that were asked here whose id begins so.
// mode: read
// params: start str, statuses list[str] 1..5, limit int 1..10
// returns: id str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 6 (vibe answer)
MATCH (q:Question)
WHERE q.status IN $statuses AND q.id STARTS WITH $start
RETURN q.id AS id
ORDER BY id
LIMIT $limit
