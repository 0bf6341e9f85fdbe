// name: gaps/link
// does: Link gaps to the blocks they concern.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 2
UNWIND $rows AS r
MATCH (g:Gap {id: r.gap})
MATCH (b:Block {id: r.block})
MERGE (g)-[:CONCERNS]->(b)
RETURN r.id AS id
