// name: decisions/create_suppression
// does: Make suppressions.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: create
// source: SPEC section 3
UNWIND $rows AS r
CREATE (s:Suppression {id: r.id})
SET s += r.props
RETURN r.id AS id
