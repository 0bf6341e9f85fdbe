// name: gaps/list
// does: A page of the gaps of some states and rules (none named: every rule), as they are shown.
// mode: read
// params: statuses list[str] 1..4, rules list[str] 0..100, after int, limit int 1..5000
// returns: id str, key int, rule str, type str, severity str, score int, description str, related_blocks list[str], suggested_action str, status str, plan str, block_id str, opened_at datetime, mark str, accepted_until datetime, baseline bool, waits_for str, next_at datetime
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 6
MATCH (g:Gap)
WHERE g.key > $after
  AND coalesce(g.status, '') IN $statuses
  AND (size($rules) = 0 OR coalesce(g.rule, '') IN $rules)
RETURN g.id AS id, g.key AS key, g.rule AS rule, g.type AS type, g.severity AS severity, g.score AS score,
       g.description AS description, g.relatedBlocks AS related_blocks, g.suggestedAction AS suggested_action,
       g.status AS status, g.plan AS plan, g.blockId AS block_id, g.openedAt AS opened_at, g.mark AS mark,
       g.acceptedUntil AS accepted_until, coalesce(g.baseline, false) AS baseline, g.waitsFor AS waits_for,
       g.nextAt AS next_at
ORDER BY g.key
LIMIT $limit
