// name: ledger/due/read
// does: Recurring due times.
// mode: read
// params: limit int 1..100
// returns: id str, name str, due_ms int
// rows: 0..limit
// timeout_s: 5
// source: DESIGN section 3, time
MATCH (d:Due)
RETURN d.id AS id, d.name AS name, d.dueMs AS due_ms
ORDER BY d.dueMs, d.id
LIMIT $limit
