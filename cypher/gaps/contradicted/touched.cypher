// name: gaps/contradicted/touched
// does: The decisions and assumptions that a change of the given blocks can touch: themselves, and what evidence contradicts.
// mode: read
// params: ids list[str] 1..500, limit int 1..5000
// returns: id str
// rows: 0..limit
// timeout_s: 10
// kinds: Decision, Assumption, Evidence
// source: SPEC section 2
UNWIND $ids AS changed
MATCH (b:Block {id: changed})
WITH CASE WHEN b:Decision OR b:Assumption THEN [b.id]
          ELSE [(b)-[:CONTRADICTS]->(x:Block) WHERE x:Decision OR x:Assumption | x.id] END AS touched
UNWIND touched AS id
RETURN DISTINCT id
ORDER BY id
LIMIT $limit
