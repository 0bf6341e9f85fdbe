// name: plans/set
// does: Set properties of plans.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: set
// source: SPEC section 6, DESIGN section 4
UNWIND $rows AS r
MATCH (p:Plan {id: r.id})
SET p += r.props
RETURN r.id AS id
