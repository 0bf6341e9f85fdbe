// name: decisions/link_suppression
// does: Say which verdict a suppression follows from.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 3
UNWIND $rows AS r
MATCH (s:Suppression {id: r.id})
MATCH (v:Verdict {id: r.verdict})
MERGE (s)-[:DERIVED_FROM]->(v)
RETURN r.id AS id
