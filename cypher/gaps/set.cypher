// name: gaps/set
// does: Set properties of gaps; null takes one away.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: set
// source: SPEC section 2
UNWIND $rows AS r
MATCH (g:Gap {id: r.id})
SET g += r.props
RETURN r.id AS id
