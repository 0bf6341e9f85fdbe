// name: sources/set
// does: Set properties of documents.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: set
// source: SPEC section 6
UNWIND $rows AS r
MATCH (s:Source {id: r.id})
SET s += r.props
RETURN r.id AS id
