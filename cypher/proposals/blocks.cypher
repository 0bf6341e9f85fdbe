// name: proposals/blocks
// does: Blocks with all their properties.
// mode: read
// params: ids list[str] 1..100
// returns: id str, kind str, title str, content str, status str, priority str, plan str, file str, line int, content_sha256 str, properties map
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 3
UNWIND $ids AS wanted
MATCH (b:Block {id: wanted})
RETURN b.id AS id, b.kind AS kind, b.title AS title, b.content AS content, b.status AS status, b.priority AS priority,
       b.plan AS plan, b.file AS file, b.line AS line, b.contentSha256 AS content_sha256, properties(b) AS properties
