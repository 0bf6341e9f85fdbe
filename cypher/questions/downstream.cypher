// name: questions/downstream
// does: How many open tasks wait for the given one, directly or not.
// mode: read
// params: task str, limit int 1..1
// returns: count int
// rows: 0..1
// timeout_s: 10
// source: document 003 section 6
MATCH (t:Block {id: $task})<-[:DEPENDS_ON*1..6]-(b:Block)
WHERE b:Task AND NOT b.status IN ['completed', 'cancelled', 'skipped', 'withdrawn']
RETURN count(DISTINCT b.id) AS count
LIMIT $limit
