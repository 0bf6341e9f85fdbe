// name: blocks/by_id
// does: Blocks by id, whole.
// mode: read
// params: ids list[str] 1..500
// returns: id str, kind str, title str, content str, status str, priority str, plan str, file str, line int, content_sha256 str, properties map
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 6, DESIGN section 4
UNWIND $ids AS id
MATCH (b:Block {id: id})
RETURN b.id AS id, b.kind AS kind, b.title AS title, b.content AS content, b.status AS status, b.priority AS priority,
       b.plan AS plan, b.file AS file, b.line AS line, b.contentSha256 AS content_sha256, properties(b) AS properties
