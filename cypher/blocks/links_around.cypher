// name: blocks/links_around
// does: Links of one block, both ways.
// mode: read
// params: id str, limit int 1..500
// returns: source str, source_kind str, source_title str, type str, target str, target_kind str, target_title str, why str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 6, DESIGN section 4
MATCH (a:Block {id: $id})-[l]-(b:Block)
RETURN startNode(l).id AS source, startNode(l).kind AS source_kind, startNode(l).title AS source_title, type(l) AS type,
       endNode(l).id AS target, endNode(l).kind AS target_kind, endNode(l).title AS target_title, l.why AS why
ORDER BY type, source, target
LIMIT $limit
