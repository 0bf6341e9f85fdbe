// name: gaps/importing
// does: The plans that are being imported; rules skip their blocks.
// mode: read
// params: limit int 1..500
// returns: id str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 2
MATCH (p:Plan)
WHERE p.status = 'importing'
RETURN p.id AS id
ORDER BY id
LIMIT $limit
