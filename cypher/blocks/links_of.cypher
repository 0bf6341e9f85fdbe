// name: blocks/links_of
// does: Links that leave blocks, with the plan that states them.
// mode: read
// params: ids list[str] 1..500
// returns: source str, type str, target str, plan str, why str
// rows: 0..20000
// timeout_s: 20
// source: SPEC section 6, DESIGN section 4
UNWIND $ids AS id
MATCH (a:Block {id: id})-[l]->(b:Block)
RETURN a.id AS source, type(l) AS type, b.id AS target, l.plan AS plan, l.why AS why
ORDER BY source, type, target
LIMIT 20000
