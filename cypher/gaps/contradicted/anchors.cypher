// name: gaps/contradicted/anchors
// does: What active decisions and assumptions are contradicted by evidence that no person has judged since, in the order of the evidence's keys.
// mode: read
// params: after int, limit int, skip list[str]
// returns: id str, key int, related list[str]
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2
// paged over the evidence, of which there is less; one block can come up several times
MATCH (e:Evidence)-[:CONTRADICTS]->(x:Block)
WHERE e.key > $after
  AND coalesce(e.status, '') <> 'withdrawn'
  AND (x:Decision OR x:Assumption)
  AND coalesce(x.status, '') = 'active'
  AND NOT coalesce(x.plan, '') IN $skip
  AND (x.keptAt IS NULL OR coalesce(e.updatedAt, e.createdAt) > x.keptAt)
RETURN x.id AS id, e.key AS key, [x.id] AS related
ORDER BY e.key
LIMIT $limit
