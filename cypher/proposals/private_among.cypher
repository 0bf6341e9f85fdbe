// name: proposals/private_among
// does: Which of the given gaps are about a block that is marked private.
// mode: read
// params: ids list[str] 1..500
// returns: id str
// rows: 0..ids
// timeout_s: 5
// source: issue 5 (The model edge)
UNWIND $ids AS wanted
MATCH (g:Gap {id: wanted})
MATCH (b:Block {id: g.blockId})
WHERE b.private = true
RETURN g.id AS id
