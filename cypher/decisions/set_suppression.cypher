// name: decisions/set_suppression
// does: End suppressions.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: set
// source: SPEC section 3
UNWIND $rows AS r
MATCH (s:Suppression {id: r.id})
SET s += r.props
RETURN r.id AS id
