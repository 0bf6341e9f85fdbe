// name: questions/blocked
// does: Tasks that wait for the given one, directly.
// mode: read
// params: task str, limit int 1..100
// returns: id str, title str
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 6
MATCH (t:Block {id: $task})<-[:DEPENDS_ON]-(b:Block)
WHERE b:Task AND NOT b.status IN ['completed', 'cancelled', 'skipped', 'withdrawn']
RETURN b.id AS id, b.title AS title
ORDER BY b.id
LIMIT $limit
