// name: questions/moot
// does: Questions of some asker about given blocks, where everything they concern is withdrawn.
// mode: read
// params: ids list[str] 1..500, asker str, statuses list[str] 1..5, withdrawn str, limit int 1..500
// returns: id str, status str, proposal_id str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 1 (question)
UNWIND $ids AS id
MATCH (b:Block {id: id})<-[:CONCERNS]-(q:Block)
WHERE q:Question AND q.asker = $asker AND q.status IN $statuses AND b.status = $withdrawn
  AND NOT EXISTS { MATCH (q)-[:CONCERNS]->(c:Block) WHERE coalesce(c.status, '') <> $withdrawn }
RETURN DISTINCT q.id AS id, q.status AS status, q.proposalId AS proposal_id
ORDER BY id
LIMIT $limit
