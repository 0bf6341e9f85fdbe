// name: gaps/missing_capability/touched
// does: The tasks that a change of the given blocks or agents can touch: themselves, what requires a capability, what a provider's capability is required by.
// mode: read
// params: ids list[str] 1..500, limit int 1..5000
// returns: id str
// rows: 0..limit
// timeout_s: 10
// kinds: any
// source: SPEC section 2
UNWIND $ids AS changed
MATCH (b:Block {id: changed})
WITH CASE WHEN b:Task THEN [b.id] ELSE [] END
     + [(b)<-[:REQUIRES]-(x:Task) | x.id]
     + [(b)-[:PROVIDES]->(:Capability)<-[:REQUIRES]-(x:Task) | x.id] AS touched
UNWIND touched AS id
RETURN DISTINCT id
ORDER BY id
LIMIT $limit
UNION
UNWIND $ids AS changed
MATCH (a:Agent {id: changed})-[:PROVIDES]->(:Capability)<-[:REQUIRES]-(x:Task)
RETURN DISTINCT x.id AS id
ORDER BY id
LIMIT $limit
