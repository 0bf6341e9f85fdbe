// name: gaps/known
// does: A page of the gaps of some rules that are not closed.
// mode: read
// params: rules list[str] 1..100, after int, limit int 1..5000
// returns: id str, key int, rule str, status str
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2
MATCH (g:Gap)
WHERE g.key > $after
  AND coalesce(g.status, '') <> 'closed'
  AND coalesce(g.rule, '') IN $rules
RETURN g.id AS id, g.key AS key, g.rule AS rule, g.status AS status
ORDER BY g.key
LIMIT $limit
