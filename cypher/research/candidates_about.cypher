// name: research/candidates_about
// does: Open candidates about the given blocks, with what the block says now.
// mode: read
// params: ids list[str] 1..500, limit int 1..5000
// returns: id str, claim_sha256 str, target_sha256 str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
UNWIND $ids AS id
MATCH (b:Block {id: id})<-[:CONCERNS]-(c:Claim)
WHERE c.status = 'open'
RETURN c.id AS id, c.claimSha256 AS claim_sha256, b.contentSha256 AS target_sha256
ORDER BY id
LIMIT $limit
