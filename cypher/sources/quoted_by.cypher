// name: sources/quoted_by
// does: Evidence that quotes a document, with what it is about.
// mode: read
// params: file str, limit int 1..500
// returns: id str, targets list[str]
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 6
MATCH (e:Evidence)
WHERE e.file = $file AND e.status <> 'withdrawn'
OPTIONAL MATCH (e)-[:SUPPORTS|CONTRADICTS|EVIDENCE_FOR]->(b:Block)
RETURN e.id AS id, collect(b.id) AS targets
ORDER BY id
LIMIT $limit
