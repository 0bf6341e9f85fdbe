// name: research/link_candidates
// does: Link candidates to the runs that found them and the blocks they are about.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: link
// source: SPEC sections 1, 2 and 6
UNWIND $rows AS r
MATCH (c:Claim {id: r.candidate})
MATCH (n:ResearchRun {id: r.run})
MATCH (b:Block {id: r.block})
MERGE (c)-[:PART_OF]->(n)
MERGE (c)-[:CONCERNS]->(b)
RETURN r.id AS id
