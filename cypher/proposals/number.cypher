// name: proposals/number
// does: Give a proposal its number.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: set
// source: SPEC section 3
UNWIND $rows AS r
MATCH (p:Block {id: r.id})
SET p.number = r.number
RETURN r.id AS id
