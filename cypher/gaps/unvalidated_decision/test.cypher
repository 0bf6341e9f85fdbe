// name: gaps/unvalidated_decision/test
// does: Which of the given decisions are active and have no evidence linked to them.
// mode: read
// params: ids list[str] 1..500, skip list[str]
// returns: block_id str, related list[str]
// rows: 0..ids
// timeout_s: 10
// gap: unvalidated_decision, base severity high
// says: The decision "{title}" rests on no evidence.
// why: a decision nobody can back is a bet nobody sees
// action: Look for evidence for it and against it, in the plan's own documents first.
// source: SPEC section 2
UNWIND $ids AS id
MATCH (x:Block {id: id})
WHERE x:Decision
  AND x.status = 'active'
  AND NOT coalesce(x.plan, '') IN $skip
  AND NOT EXISTS {
    MATCH (x)<-[:SUPPORTS|EVIDENCE_FOR]-(e:Evidence)
    WHERE e.status <> 'withdrawn'
  }
RETURN x.id AS block_id, [x.id] AS related
ORDER BY block_id
