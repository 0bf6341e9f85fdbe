// name: gaps/kinds
// does: What kinds of blocks the given ids name.
// mode: read
// params: ids list[str] 1..500
// returns: kind str, count int
// rows: 0..20
// timeout_s: 10
// source: SPEC section 2
UNWIND $ids AS id
MATCH (b:Block {id: id})
RETURN b.kind AS kind, count(b) AS count
ORDER BY kind
LIMIT 20
