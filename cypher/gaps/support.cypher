// name: gaps/support
// does: How much evidence is for and against the assumptions that a change of the given blocks can touch.
// mode: read
// params: ids list[str] 1..500, limit int 1..5000
// returns: id str, supports int, contradicts int, support_ratio float
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 2
UNWIND $ids AS changed
MATCH (b:Block {id: changed})
WITH CASE WHEN b:Assumption THEN [b.id]
          WHEN b:Evidence THEN [(b)-[:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]->(x:Assumption) | x.id]
          ELSE [] END AS touched
UNWIND touched AS assumption
WITH DISTINCT assumption
MATCH (a:Block {id: assumption})
RETURN a.id AS id,
       COUNT { MATCH (a)<-[:SUPPORTS|EVIDENCE_FOR]-(e:Evidence) WHERE e.status <> 'withdrawn' } AS supports,
       COUNT { MATCH (a)<-[:CONTRADICTS]-(e:Evidence) WHERE e.status <> 'withdrawn' } AS contradicts,
       a.supportRatio AS support_ratio
ORDER BY id
LIMIT $limit
