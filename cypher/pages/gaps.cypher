// name: pages/gaps
// does: The weightiest gaps of one type in the given states, with the block each is about and its open proposal.
// mode: read
// params: statuses list[str] 1..4, type str, limit int 1..1000
// returns: id str, rule str, type str, severity str, score int, description str, suggested_action str, status str, plan str, opened_at datetime, mark str, accepted_until datetime, baseline bool, waits_for str, next_at datetime, block_id str, block_title str, block_kind str, file str, line int, number int, skipped_reason str
// rows: 0..limit
// timeout_s: 10
// source: issue "The whole loop" (Page)
MATCH (g:Gap)
WHERE g.status IN $statuses AND g.type = $type
WITH g
ORDER BY g.score DESC, g.id
LIMIT $limit
OPTIONAL MATCH (b:Block {id: g.blockId})
OPTIONAL MATCH (p:Block {id: g.proposalId})
RETURN g.id AS id, g.rule AS rule, g.type AS type, g.severity AS severity, g.score AS score,
       g.description AS description, g.suggestedAction AS suggested_action, g.status AS status, g.plan AS plan,
       g.openedAt AS opened_at, g.mark AS mark, g.acceptedUntil AS accepted_until, coalesce(g.baseline, false) AS baseline,
       g.waitsFor AS waits_for, g.nextAt AS next_at, g.blockId AS block_id, b.title AS block_title, b.kind AS block_kind,
       b.file AS file, b.line AS line, p.number AS number, g.skippedReason AS skipped_reason
ORDER BY score DESC, id
