// name: pages/evidence
// does: The newest evidence with what each says about which block; one row a link, a single row where there is none.
// mode: read
// params: limit int 1..1000
// returns: id str, title str, content str, status str, origin str, quote str, file str, line int, corpus str, source_sha256 str, person str, created_at datetime, reason str, stance str, claim_id str, claim_title str, claim_kind str
// rows: 0..5000
// timeout_s: 10
// source: issue "The whole loop" (Page)
MATCH (e:Evidence)
WITH e
ORDER BY e.createdAt DESC, e.id
LIMIT $limit
OPTIONAL MATCH (e)-[l:SUPPORTS|CONTRADICTS|EVIDENCE_FOR]->(c:Block)
RETURN e.id AS id, e.title AS title, e.content AS content, e.status AS status, e.origin AS origin,
       e.quote AS quote, e.file AS file, e.line AS line, e.corpus AS corpus, e.sourceSha256 AS source_sha256,
       e.person AS person, e.createdAt AS created_at, e.withdrawnReason AS reason, type(l) AS stance, c.id AS claim_id,
       c.title AS claim_title, c.kind AS claim_kind
ORDER BY created_at DESC, id, claim_id
LIMIT 5000
