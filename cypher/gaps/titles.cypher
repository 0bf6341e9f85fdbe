// name: gaps/titles
// does: Titles of blocks, to name them in a sentence.
// mode: read
// params: ids list[str] 1..500
// returns: id str, title str
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 2
UNWIND $ids AS id
MATCH (b:Block {id: id})
RETURN b.id AS id, b.title AS title
ORDER BY id
