// name: sources/list
// does: The owner's own documents.
// mode: read
// params: limit int 1..1000
// returns: id str, file str, sha256 str, added_at datetime
// rows: 0..limit
// timeout_s: 5
// source: SPEC section 6
MATCH (s:Source)
WHERE s.status = 'active'
RETURN s.id AS id, s.file AS file, s.sha256 AS sha256, s.addedAt AS added_at
ORDER BY file
LIMIT $limit
