// name: gaps/blocked_task/test
// does: Which of the given tasks are blocked, or wait for a task that failed, was cancelled or is blocked, and which tasks these are.
// mode: read
// params: ids list[str] 1..500, skip list[str]
// returns: block_id str, related list[str]
// rows: 0..ids
// timeout_s: 10
// gap: blocked_task, base severity high
// says: The task "{title}" cannot go on.
// says_others: The task "{title}" cannot go on: it depends on what has stopped, {others}.
// why: a task that cannot go on holds up everything that depends on it
// action: Decide what gets it going again: retry or replace what stopped, or plan round it.
// source: SPEC section 2
UNWIND $ids AS id
MATCH (x:Block {id: id})
WHERE x:Task
  AND NOT coalesce(x.plan, '') IN $skip
WITH x, [(x)-[:DEPENDS_ON]->(d:Task) WHERE d.status IN ['failed', 'cancelled', 'blocked'] | d.id] AS stopped
WHERE x.status = 'blocked'
   OR (x.status IN ['pending', 'queued'] AND size(stopped) > 0)
RETURN x.id AS block_id, [x.id] + stopped AS related
ORDER BY block_id
