// name: sources/create
// does: Write down documents of the owner's own.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: create
// source: SPEC section 6
UNWIND $rows AS r
CREATE (s:Source {id: r.id, key: r.key})
SET s += r.props
RETURN r.id AS id
