// name: learning/intents
// does: What a person wants done, in a state, the last first.
// mode: read
// params: status str, limit int 1..500
// returns: id str, text str, wanted str, status str, by str, at datetime
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Learning)
MATCH (i:Intent)
WHERE i.status = $status AND i.atMs > 0
RETURN i.id AS id, i.text AS text, i.wanted AS wanted, i.status AS status, i.by AS by, i.at AS at
ORDER BY i.atMs DESC
LIMIT $limit
