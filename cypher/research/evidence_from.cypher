// name: research/evidence_from
// does: A page of the evidence that quotes a corpus and is not withdrawn, with what it is about.
// mode: read
// params: corpus str, after int, limit int 1..1000
// returns: id str, key int, file str, source_sha256 str, targets list[str]
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (e:Evidence)
WHERE e.key > $after AND e.corpus = $corpus AND e.status <> 'withdrawn'
OPTIONAL MATCH (e)-[:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]->(b:Block)
WITH e, collect(b.id) AS targets
RETURN e.id AS id, e.key AS key, e.file AS file, e.sourceSha256 AS source_sha256, targets
ORDER BY e.key
LIMIT $limit
