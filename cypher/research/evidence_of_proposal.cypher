// name: research/evidence_of_proposal
// does: Evidence about what a proposal is about.
// mode: read
// params: id str, limit int 1..500
// returns: id str, quote str, file str, line int, sha256 str, stance str, origin str, title str, about str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (p:Block {id: $id})-[:ADDRESSES]->(g:Gap)-[:CONCERNS]->(b:Block)<-[l:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]-(e:Block)
WHERE e:Evidence AND e.status <> 'withdrawn'
RETURN DISTINCT e.id AS id, e.quote AS quote, e.file AS file, e.line AS line, e.sourceSha256 AS sha256,
       CASE type(l) WHEN 'CONTRADICTS' THEN 'contradicts' ELSE 'supports' END AS stance, e.origin AS origin,
       e.title AS title, b.title AS about
ORDER BY stance, id
LIMIT $limit
