// name: gaps/create
// does: Open gaps that were not known.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: create
// source: SPEC section 2
UNWIND $rows AS r
CREATE (g:Gap {id: r.id, key: r.key})
SET g += r.props
RETURN r.id AS id
