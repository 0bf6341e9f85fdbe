// name: gaps/returning
// does: The suppressed gaps whose date has come.
// mode: read
// params: now_ms int, limit int 1..1000
// returns: id str, status str, returns_ms int, block_id str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 2
MATCH (g:Gap)
WHERE g.returnsMs <= $now_ms
RETURN g.id AS id, g.status AS status, g.returnsMs AS returns_ms, g.blockId AS block_id
ORDER BY g.returnsMs
LIMIT $limit
