// name: research/candidates_from
// does: Open candidates that quote a corpus.
// mode: read
// params: corpus str, limit int 1..5000
// returns: id str, file str, source_sha256 str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (c:Claim)
WHERE c.corpus = $corpus AND c.status = 'open'
RETURN c.id AS id, c.file AS file, c.sourceSha256 AS source_sha256
ORDER BY id
LIMIT $limit
