// name: gaps/blocked_task/touched
// does: The tasks that a change of the given tasks can touch: themselves, and what depends on them.
// mode: read
// params: ids list[str] 1..500, limit int 1..5000
// returns: id str
// rows: 0..limit
// timeout_s: 10
// kinds: Task
// source: SPEC section 2
UNWIND $ids AS changed
MATCH (b:Block {id: changed})
WHERE b:Task
WITH [b.id] + [(b)<-[:DEPENDS_ON]-(x:Task) | x.id] AS touched
UNWIND touched AS id
RETURN DISTINCT id
ORDER BY id
LIMIT $limit
