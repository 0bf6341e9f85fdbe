// name: decisions/link_suppressed
// does: Say which gaps a suppression is about.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 3
UNWIND $rows AS r
MATCH (s:Suppression {id: r.suppression})
MATCH (g:Gap {id: r.gap})
MERGE (s)-[:CONCERNS]->(g)
RETURN r.id AS id
