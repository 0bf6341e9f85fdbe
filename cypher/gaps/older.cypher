// name: gaps/older
// does: The gaps whose block has come of an age that may raise their severity.
// mode: read
// params: now_ms int, limit int 1..1000
// returns: id str, key int, rule str, status str, block_id str, related list[str], plan str, severity str, score int, description str, mark str, baseline bool
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 2
MATCH (g:Gap)
WHERE g.olderMs <= $now_ms
  AND coalesce(g.status, '') <> 'closed'
RETURN g.id AS id, g.key AS key, g.rule AS rule, g.status AS status, g.blockId AS block_id, g.relatedBlocks AS related,
       g.plan AS plan, g.severity AS severity, g.score AS score, g.description AS description, g.mark AS mark,
       coalesce(g.baseline, false) AS baseline
ORDER BY g.olderMs
LIMIT $limit
