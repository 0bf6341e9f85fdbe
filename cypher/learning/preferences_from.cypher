// name: learning/preferences_from
// does: What standing preferences were inferred from: remarks and proposals.
// mode: read
// params: ids list[str] 1..500
// returns: id str, source str, kind str, number int, title str
// rows: 0..5000
// timeout_s: 10
// source: issue 5 (Learning)
UNWIND $ids AS wanted
MATCH (k:Block {id: wanted})-[:DERIVED_FROM]->(b:Block)
RETURN k.id AS id, b.id AS source, b.kind AS kind, b.number AS number, b.title AS title
ORDER BY id, source
LIMIT 5000
