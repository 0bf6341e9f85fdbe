// name: pages/plan_links
// does: Links among blocks, by the ids they leave.
// mode: read
// params: ids list[str] 1..500
// returns: source str, type str, target str
// rows: 0..5000
// timeout_s: 10
// source: issue "The whole loop" (Page)
UNWIND $ids AS id
MATCH (a:Block {id: id})-[l]->(b:Block)
RETURN a.id AS source, type(l) AS type, b.id AS target
ORDER BY source, type, target
LIMIT 5000
