// name: blocks/beginning
// does: The blocks whose id begins so; people type no more than they must.
// mode: read
// params: start str, limit int 1..10
// returns: id str, kind str, title str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 6 (ids short enough to type)
MATCH (b:Block)
WHERE b.id STARTS WITH $start
RETURN b.id AS id, b.kind AS kind, b.title AS title
ORDER BY id
LIMIT $limit
