// name: gaps/blocked_task/anchors
// does: The tasks that are blocked, or wait for one that failed, was cancelled or is blocked, in the order of their keys.
// mode: read
// params: after int, limit int, skip list[str]
// returns: id str, key int, related list[str]
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2
MATCH (x:Task)
WHERE x.key > $after
  AND NOT coalesce(x.plan, '') IN $skip
  AND (coalesce(x.status, '') = 'blocked'
    OR (coalesce(x.status, '') IN ['pending', 'queued']
      AND EXISTS {
        MATCH (x)-[:DEPENDS_ON]->(d:Task)
        WHERE d.status IN ['failed', 'cancelled', 'blocked']
      }))
RETURN x.id AS id, x.key AS key,
       [x.id] + [(x)-[:DEPENDS_ON]->(d:Task) WHERE d.status IN ['failed', 'cancelled', 'blocked'] | d.id] AS related
ORDER BY x.key
LIMIT $limit
