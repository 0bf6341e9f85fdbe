// name: research/candidates_of_proposal
// does: Passages that a proposal's research found and that wait for a person's word, best first.
// mode: read
// params: id str, limit int 1..500
// returns: id str, claim_id str, quote str, file str, line int, score int, reason str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (p:Block {id: $id})<-[:DERIVED_FROM]-(n:ResearchRun)<-[:PART_OF]-(c:Claim)
WHERE c.status = 'open'
RETURN DISTINCT c.id AS id, c.blockId AS claim_id, c.quote AS quote, c.file AS file, c.line AS line, c.score AS score,
       c.reason AS reason
ORDER BY claim_id, score DESC, id
LIMIT $limit
