// name: gaps/missing_capability/anchors
// does: The waiting tasks that require a capability which nothing active provides, in the order of the capabilities' keys.
// mode: read
// params: after int, limit int, skip list[str]
// returns: id str, key int, related list[str]
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2
// paged over the capabilities, of which there are fewer; a task can come up several times
MATCH (c:Capability)<-[:REQUIRES]-(x:Task)
WHERE c.key > $after
  AND coalesce(x.status, '') IN ['pending', 'queued', 'blocked']
  AND NOT coalesce(x.plan, '') IN $skip
  AND NOT EXISTS {
    MATCH (c)<-[:PROVIDES]-(p)
    WHERE p.status = 'active'
  }
RETURN x.id AS id, c.key AS key,
       [x.id] + [(x)-[:REQUIRES]->(m:Capability)
                 WHERE NOT EXISTS { MATCH (m)<-[:PROVIDES]-(p) WHERE p.status = 'active' } | m.id] AS related
ORDER BY c.key
LIMIT $limit
