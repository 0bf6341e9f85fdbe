// name: gaps/of_ids
// does: Gaps by id.
// mode: read
// params: ids list[str] 1..500
// returns: id str, key int, rule str, status str, block_id str, related list[str], plan str, severity str, score int, description str, mark str, baseline bool
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 2
UNWIND $ids AS id
MATCH (g:Gap {id: id})
RETURN g.id AS id, g.key AS key, g.rule AS rule, g.status AS status, g.blockId AS block_id, g.relatedBlocks AS related,
       g.plan AS plan, g.severity AS severity, g.score AS score, g.description AS description, g.mark AS mark,
       coalesce(g.baseline, false) AS baseline
ORDER BY id
