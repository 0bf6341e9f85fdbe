// name: proposals/link_gaps
// does: Say which gaps a proposal is for.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 3
UNWIND $rows AS r
MATCH (p:Block {id: r.proposal})
MATCH (g:Gap {id: r.gap})
MERGE (p)-[:ADDRESSES]->(g)
RETURN r.id AS id
