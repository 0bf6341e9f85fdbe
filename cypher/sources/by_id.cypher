// name: sources/by_id
// does: Documents by id.
// mode: read
// params: ids list[str] 1..500
// returns: id str, file str, sha256 str, status str
// rows: 0..ids
// timeout_s: 5
// source: SPEC section 6
UNWIND $ids AS id
MATCH (s:Source {id: id})
RETURN s.id AS id, s.file AS file, s.sha256 AS sha256, s.status AS status
