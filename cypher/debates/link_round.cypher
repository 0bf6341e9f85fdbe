// name: debates/link_round
// does: Say which debate a round is part of.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 3
UNWIND $rows AS r
MATCH (n:Round {id: r.round})
MATCH (d:Debate {id: r.debate})
MERGE (n)-[:PART_OF]->(d)
RETURN r.id AS id
