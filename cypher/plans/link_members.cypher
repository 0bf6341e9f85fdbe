// name: plans/link_members
// does: Blocks are part of their plan.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 6, DESIGN section 4
UNWIND $rows AS r
MATCH (b:Block {id: r.block})
MATCH (p:Plan {id: r.plan})
MERGE (b)-[:PART_OF]->(p)
RETURN r.id AS id
