// name: gaps/unvalidated_assumption/test
// does: Which of the given assumptions are active and have no evidence linked to them.
// mode: read
// params: ids list[str] 1..500, skip list[str]
// returns: block_id str, related list[str]
// rows: 0..ids
// timeout_s: 10
// gap: unvalidated_assumption, base severity medium
// says: The assumption "{title}" was never checked: no evidence is for it or against it.
// why: what nobody checked can be wrong for months before anybody notices
// action: Check it the way the plan says it can be checked, or look for evidence for it and against it.
// source: SPEC section 2
UNWIND $ids AS id
MATCH (x:Block {id: id})
WHERE x:Assumption
  AND x.status = 'active'
  AND NOT coalesce(x.plan, '') IN $skip
  AND NOT EXISTS {
    MATCH (x)<-[:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]-(e:Evidence)
    WHERE e.status <> 'withdrawn'
  }
RETURN x.id AS block_id, [x.id] AS related
ORDER BY block_id
