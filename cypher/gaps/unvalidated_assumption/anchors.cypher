// name: gaps/unvalidated_assumption/anchors
// does: The active assumptions that no evidence is linked to, in the order of their keys.
// mode: read
// params: after int, limit int, skip list[str]
// returns: id str, key int, related list[str]
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2
// coalesce keeps the index on status out of it: the one on key gives the order
MATCH (x:Assumption)
WHERE x.key > $after
  AND coalesce(x.status, '') = 'active'
  AND NOT coalesce(x.plan, '') IN $skip
  AND NOT EXISTS {
    MATCH (x)<-[:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]-(e:Evidence)
    WHERE e.status <> 'withdrawn'
  }
RETURN x.id AS id, x.key AS key, [x.id] AS related
ORDER BY x.key
LIMIT $limit
