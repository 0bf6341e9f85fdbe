// name: proposals/neighbours
// does: What a block is linked with, one hop away, both ways; the loop's own questions left out.
// mode: read
// params: id str, except list[str] 0..20, limit int 1..200
// returns: type str, outward bool, id str, kind str, title str, status str, private bool, content_sha256 str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 3
MATCH (a:Block {id: $id})-[l]-(b:Block)
WHERE NOT type(l) IN $except
RETURN type(l) AS type, startNode(l).id = $id AS outward, b.id AS id, b.kind AS kind, b.title AS title,
       b.status AS status, coalesce(b.private, false) AS private, b.contentSha256 AS content_sha256
ORDER BY type, id, outward
LIMIT $limit
