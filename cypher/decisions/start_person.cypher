// name: decisions/start_person
// does: Make sure the persons who decide are there.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: create
// source: SPEC section 3
UNWIND $rows AS r
MERGE (p:Person {id: r.id})
ON CREATE SET p.name = r.name
RETURN r.id AS id
