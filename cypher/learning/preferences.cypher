// name: learning/preferences
// does: Standing preferences, with the words they were inferred from; the last first.
// mode: read
// params: sort str, limit int 1..500
// returns: id str, title str, status str, wish str, quotes list[str], at datetime
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Learning)
MATCH (k:Knowledge)
WHERE k.sort = $sort
RETURN k.id AS id, k.title AS title, k.status AS status, k.wish AS wish, coalesce(k.quotes, []) AS quotes, k.createdAt AS at
ORDER BY at DESC, id
LIMIT $limit
