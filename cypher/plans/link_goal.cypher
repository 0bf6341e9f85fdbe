// name: plans/link_goal
// does: A plan addresses its NorthStar.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 6, DESIGN section 4
UNWIND $rows AS r
MATCH (p:Plan {id: r.plan})
MATCH (b:Block {id: r.block})
MERGE (p)-[:ADDRESSES]->(b)
RETURN r.id AS id
