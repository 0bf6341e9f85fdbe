// name: gaps/unvalidated_decision/touched
// does: The decisions that a change of the given blocks can touch: themselves, and what evidence is about.
// mode: read
// params: ids list[str] 1..500, limit int 1..5000
// returns: id str
// rows: 0..limit
// timeout_s: 10
// kinds: Decision, Evidence
// source: SPEC section 2
UNWIND $ids AS changed
MATCH (b:Block {id: changed})
WITH CASE WHEN b:Decision THEN [b.id]
          ELSE [(b)-[:SUPPORTS|EVIDENCE_FOR]->(x:Decision) | x.id] END AS touched
UNWIND touched AS id
RETURN DISTINCT id
ORDER BY id
LIMIT $limit
