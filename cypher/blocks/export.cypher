// name: blocks/export
// does: A page of all blocks, whole.
// mode: read
// params: after int, limit int 1..1000
// returns: id str, key int, properties map
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 6, DESIGN section 4
MATCH (b:Block)
WHERE b.key > $after
RETURN b.id AS id, b.key AS key, properties(b) AS properties
ORDER BY b.key
LIMIT $limit
