// name: decisions/link_verdict
// does: Say who made a verdict, and about which proposal.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 3
UNWIND $rows AS r
MATCH (v:Verdict {id: r.id})
MATCH (p:Person {id: r.person})
MATCH (b:Block {id: r.proposal})
MERGE (p)-[:MADE]->(v)
MERGE (v)-[:CONCERNS]->(b)
RETURN r.id AS id
