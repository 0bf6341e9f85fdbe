// name: decisions/set_permission
// does: Give a standing permission, count its use, or take it back.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: set
// source: SPEC section 4 (standing permission)
UNWIND $rows AS r
MERGE (b:Budget {id: r.id})
SET b += r.props
RETURN r.id AS id
