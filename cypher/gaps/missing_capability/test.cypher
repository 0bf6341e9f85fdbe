// name: gaps/missing_capability/test
// does: Which of the given tasks wait and require capabilities that nothing active provides, and which capabilities these are.
// mode: read
// params: ids list[str] 1..500, skip list[str]
// returns: block_id str, related list[str]
// rows: 0..ids
// timeout_s: 10
// gap: missing_capability, base severity medium
// says: The task "{title}" requires what nobody here can do: {others}.
// why: a task that nobody can do stops everything that waits for it
// action: Find out who or what can provide it, or plan the task without it.
// source: SPEC section 2
UNWIND $ids AS id
MATCH (x:Block {id: id})
WHERE x:Task
  AND x.status IN ['pending', 'queued', 'blocked']
  AND NOT coalesce(x.plan, '') IN $skip
MATCH (x)-[:REQUIRES]->(c:Capability)
WHERE NOT EXISTS {
    MATCH (c)<-[:PROVIDES]-(p)
    WHERE p.status = 'active'
  }
WITH DISTINCT x.id AS block_id, c.id AS missing
ORDER BY block_id, missing
RETURN block_id, [block_id] + collect(missing) AS related
ORDER BY block_id
