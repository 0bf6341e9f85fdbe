// name: blocks/present
// does: Which of these blocks are there.
// mode: read
// params: ids list[str] 1..500
// returns: id str, kind str, plan str, status str
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 6, DESIGN section 4
UNWIND $ids AS id
MATCH (b:Block {id: id})
RETURN b.id AS id, b.kind AS kind, b.plan AS plan, b.status AS status
