// name: gaps/facts
// does: What severity and words need to know about the blocks that gaps are about; reach stops at 3 hops and 100 blocks a way.
// mode: read
// params: ids list[str] 1..500
// returns: id str, kind str, title str, plan str, grade str, priority str, created_at datetime, bears_on_goal bool, leaning int, resting int
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 2 (severity)
UNWIND $ids AS id
MATCH (b:Block {id: id})
CALL (b) {
  // what waits for it, needs it or was derived from it
  MATCH (b)<-[:DEPENDS_ON|REQUIRES|DERIVED_FROM*1..3]-(d:Block)
  WITH DISTINCT d
  LIMIT 100
  RETURN count(d) AS leaning
}
CALL (b) {
  // what it holds up
  MATCH (b)-[:SUPPORTS|BLOCKS*1..3]->(d:Block)
  WITH DISTINCT d
  LIMIT 100
  RETURN count(d) AS resting
}
RETURN b.id AS id, b.kind AS kind, b.title AS title, b.plan AS plan, b.grade AS grade, b.priority AS priority,
       b.createdAt AS created_at, EXISTS { MATCH (b)-[:ADDRESSES|SUPPORTS]->(:NorthStar) } AS bears_on_goal,
       leaning, resting
ORDER BY id
