// name: debates/open
// does: Open debates, or say what they came to.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: create
// source: SPEC section 3
UNWIND $rows AS r
MERGE (d:Debate {id: r.id})
SET d += r.props
RETURN r.id AS id
