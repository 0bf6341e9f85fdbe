// name: research/evidence_beginning
// does: Evidence whose id is at or behind one text and before another, with what it is about.
// mode: read
// params: start str, until str, limit int 1..10
// returns: id str, status str, targets list[str]
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (e:Block)
WHERE e.id >= $start AND e.id < $until AND e:Evidence
OPTIONAL MATCH (e)-[:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]->(b:Block)
WITH e, collect(b.id) AS targets
RETURN e.id AS id, e.status AS status, targets
ORDER BY id
LIMIT $limit
