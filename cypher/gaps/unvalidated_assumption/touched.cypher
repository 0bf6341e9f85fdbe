// name: gaps/unvalidated_assumption/touched
// does: The assumptions that a change of the given blocks can touch: themselves, and what evidence is about.
// mode: read
// params: ids list[str] 1..500, limit int 1..5000
// returns: id str
// rows: 0..limit
// timeout_s: 10
// kinds: Assumption, Evidence
// source: SPEC section 2
UNWIND $ids AS changed
MATCH (b:Block {id: changed})
WITH CASE WHEN b:Assumption THEN [b.id]
          ELSE [(b)-[:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]->(x:Assumption) | x.id] END AS touched
UNWIND touched AS id
RETURN DISTINCT id
ORDER BY id
LIMIT $limit
