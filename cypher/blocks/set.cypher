// name: blocks/set
// does: Set properties of blocks; null takes one away.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: set
// source: SPEC section 6, DESIGN section 4
UNWIND $rows AS r
MATCH (b:Block {id: r.id})
SET b += r.props
RETURN r.id AS id
