// name: views/contradicted_by_what
// does: What evidence contradicts which decision or assumption, word for word, and where it stands.
// mode: read
// params: limit int 1..1000
// returns: kind str, title str, quote str, origin str, file str, line int, kept str
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2
MATCH (e:Evidence)-[:CONTRADICTS]->(x:Block)
WHERE e.key > -1
  AND coalesce(e.status, '') <> 'withdrawn'
  AND (x:Decision OR x:Assumption)
  AND coalesce(x.status, '') = 'active'
RETURN x.kind AS kind, x.title AS title, coalesce(e.quote, e.content, e.title) AS quote, e.origin AS origin,
       e.file AS file, e.line AS line, x.keptReason AS kept
ORDER BY title, quote
LIMIT $limit
