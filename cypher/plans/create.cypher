// name: plans/create
// does: Make plans.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: create
// source: SPEC section 6, DESIGN section 4
UNWIND $rows AS r
CREATE (p:Plan {id: r.id, key: r.key})
SET p += r.props
RETURN r.id AS id
