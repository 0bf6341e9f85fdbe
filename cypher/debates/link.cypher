// name: debates/link
// does: Say which proposal a debate is about.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 3
UNWIND $rows AS r
MATCH (d:Debate {id: r.debate})
MATCH (p:Block {id: r.proposal})
MERGE (d)-[:CONCERNS]->(p)
RETURN r.id AS id
