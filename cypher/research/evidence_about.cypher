// name: research/evidence_about
// does: Evidence about the given blocks that is not withdrawn, with what it was judged against and what the block says now.
// mode: read
// params: ids list[str] 1..500, limit int 1..5000
// returns: id str, file str, corpus str, source_sha256 str, claim_sha256 str, target str, target_sha256 str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
UNWIND $ids AS id
MATCH (b:Block {id: id})<-[:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]-(e:Block)
WHERE e:Evidence AND e.status <> 'withdrawn'
RETURN e.id AS id, e.file AS file, e.corpus AS corpus, e.sourceSha256 AS source_sha256, e.claimSha256 AS claim_sha256,
       b.id AS target, b.contentSha256 AS target_sha256
ORDER BY id, target
LIMIT $limit
