// name: views/rests_on_nothing
// does: The active decisions and assumptions that no evidence supports, the weightiest first.
// mode: read
// params: limit int 1..1000
// returns: kind str, title str, plan str, severity str, gap str, file str, line int
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2
MATCH (x:Block)
WHERE x.key > -1
  AND (x:Decision OR x:Assumption)
  AND coalesce(x.status, '') = 'active'
  AND NOT EXISTS {
    MATCH (x)<-[:SUPPORTS|EVIDENCE_FOR]-(e:Evidence)
    WHERE e.status <> 'withdrawn'
  }
OPTIONAL MATCH (x)<-[:CONCERNS]-(g:Gap)
WHERE g.type IN ['unvalidated_decision', 'unvalidated_assumption']
WITH x, g.severity AS severity, g.status AS gap, coalesce(g.score, 0) AS score
ORDER BY score DESC, x.title
LIMIT $limit
RETURN x.kind AS kind, x.title AS title, x.plan AS plan, severity, gap, x.file AS file, x.line AS line
