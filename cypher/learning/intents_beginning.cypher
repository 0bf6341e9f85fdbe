// name: learning/intents_beginning
// does: Intents whose id begins so.
// mode: read
// params: beginning str, limit int 1..10
// returns: id str, status str
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Learning)
MATCH (i:Intent)
WHERE i.id STARTS WITH $beginning
RETURN i.id AS id, i.status AS status
ORDER BY id
LIMIT $limit
