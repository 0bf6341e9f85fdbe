// name: questions/about
// does: The blocks a question concerns.
// mode: read
// params: id str, limit int 1..100
// returns: id str, kind str, title str, status str, plan str, content_sha256 str
// rows: 0..limit
// timeout_s: 10
// source: DESIGN section 4
MATCH (q:Question {id: $id})-[:CONCERNS]->(b:Block)
RETURN b.id AS id, b.kind AS kind, b.title AS title, b.status AS status, b.plan AS plan, b.contentSha256 AS content_sha256
ORDER BY b.id
LIMIT $limit
