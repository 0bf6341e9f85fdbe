// name: research/candidates_beginning
// does: Candidates whose id is at or behind one text and before another.
// mode: read
// params: start str, until str, limit int 1..10
// returns: id str, properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (c:Claim)
WHERE c.id >= $start AND c.id < $until
RETURN c.id AS id, properties(c) AS properties
ORDER BY id
LIMIT $limit
