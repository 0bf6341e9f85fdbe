// name: agents/link_provides
// does: Say what agents can do.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: link
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $rows AS r
MATCH (a:Agent {id: r.source})
MATCH (b:Block {id: r.target})
MERGE (a)-[:PROVIDES]->(b)
RETURN r.id AS id
