// name: proposals/corpus
// does: Hashes of the documents that research of a plan may read.
// mode: read
// params: plan str, own str, status str, limit int 1..1000
// returns: file str, sha256 str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 3
MATCH (s:Source)
WHERE s.status = $status AND (s.corpus = $plan OR s.corpus = $own)
RETURN s.file AS file, s.sha256 AS sha256
ORDER BY file, sha256
LIMIT $limit
