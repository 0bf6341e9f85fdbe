// name: research/link_evidence
// does: Link evidence to the runs that found it.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: link
// source: SPEC sections 1, 2 and 6
UNWIND $rows AS r
MATCH (e:Block {id: r.evidence})
MATCH (n:ResearchRun {id: r.run})
MERGE (e)-[:DERIVED_FROM]->(n)
RETURN r.id AS id
