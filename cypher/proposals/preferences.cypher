// name: proposals/preferences
// does: Standing preferences that the person has confirmed, the latest first.
// mode: read
// params: sort str, status str, limit int 1..100
// returns: id str, title str, content str, private bool
// rows: 0..limit
// timeout_s: 5
// source: issue 5 (Context)
MATCH (k:Knowledge)
WHERE k.status = $status AND k.sort = $sort
RETURN k.id AS id, k.title AS title, k.content AS content, coalesce(k.private, false) AS private
ORDER BY k.createdAt DESC, id
LIMIT $limit
