// name: research/link_judged
// does: Link evidence to the candidates a person judged.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: link
// source: SPEC sections 1, 2 and 6
UNWIND $rows AS r
MATCH (e:Block {id: r.evidence})
MATCH (c:Claim {id: r.candidate})
MERGE (e)-[:DERIVED_FROM]->(c)
RETURN r.id AS id
