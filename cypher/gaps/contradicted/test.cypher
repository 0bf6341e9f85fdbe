// name: gaps/contradicted/test
// does: Which of the given decisions and assumptions are active and contradicted by evidence that no person has judged since.
// mode: read
// params: ids list[str] 1..500, skip list[str]
// returns: block_id str, related list[str]
// rows: 0..ids
// timeout_s: 10
// gap: contradicted, base severity critical
// says: There is evidence against the {kind} "{title}", and nobody has said what follows from it.
// why: what the plan's own evidence contradicts is built on every day it stands
// action: Read the evidence, then revise it, withdraw it, or keep it and say why.
// source: SPEC section 2
UNWIND $ids AS id
MATCH (x:Block {id: id})
WHERE (x:Decision OR x:Assumption)
  AND x.status = 'active'
  AND NOT coalesce(x.plan, '') IN $skip
  AND EXISTS {
    MATCH (x)<-[:CONTRADICTS]-(e:Evidence)
    WHERE e.status <> 'withdrawn'
      AND (x.keptAt IS NULL OR coalesce(e.updatedAt, e.createdAt) > x.keptAt)
  }
RETURN x.id AS block_id, [x.id] AS related
ORDER BY block_id
