// name: research/link_runs
// does: Link research runs to the proposals they were approved with.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: link
// source: SPEC sections 1, 2 and 6
UNWIND $rows AS r
MATCH (n:ResearchRun {id: r.run})
MATCH (p:Block {id: r.proposal})
MERGE (n)-[:DERIVED_FROM]->(p)
RETURN r.id AS id
