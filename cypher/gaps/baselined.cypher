// name: gaps/baselined
// does: A page of the gaps that were accepted as known, or of the open ones that could be.
// mode: read
// params: statuses list[str] 1..4, baseline bool, after int, limit int 1..2000
// returns: id str, key int, status str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 2
MATCH (g:Gap)
WHERE g.key > $after
  AND coalesce(g.status, '') IN $statuses
  AND coalesce(g.baseline, false) = $baseline
RETURN g.id AS id, g.key AS key, g.status AS status
ORDER BY g.key
LIMIT $limit
