// name: pages/candidates
// does: Passages that wait for a person's judgement, the strongest first within each claim.
// mode: read
// params: limit int 1..1000
// returns: id str, quote str, file str, line int, corpus str, score int, reason str, claim_id str, claim_title str, claim_kind str, claim_content str
// rows: 0..limit
// timeout_s: 10
// source: issue "The whole loop" (Execution, Page)
MATCH (c:Claim)
WHERE c.status = 'open'
OPTIONAL MATCH (b:Block {id: c.blockId})
RETURN c.id AS id, c.quote AS quote, c.file AS file, c.line AS line, c.corpus AS corpus, c.score AS score, c.reason AS reason,
       c.blockId AS claim_id, b.title AS claim_title, b.kind AS claim_kind, b.content AS claim_content
ORDER BY score DESC, id
LIMIT $limit
