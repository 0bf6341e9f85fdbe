// name: proposals/gaps_due
// does: Open gaps that may be proposed now, contradictions first, then by score; the loop's own only in a daily pass.
// mode: read
// params: first str, waits list[str] 0..10, now datetime, daily bool, limit int 1..500
// returns: id str, key int, rule str, type str, severity str, score int, description str, suggested_action str, block_id str, related_blocks list[str], plan str, times_proposed int, waits_for str, context_sha256 str, skipped_reason str, skipped_by str, skipped_score int, place int
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2 (proposed again), section 5 (caps)
MATCH (g:Gap {status: 'open'})
WHERE (g.waitsFor IS NULL OR g.waitsFor IN $waits OR (g.waitsFor = 'date' AND g.nextAt <= $now))
  AND coalesce(g.mark, 'real') = 'real'
  AND NOT coalesce(g.baseline, false)
  AND ($daily OR coalesce(g.openedBy, 'outside') <> 'loop')
RETURN g.id AS id, g.key AS key, g.rule AS rule, g.type AS type, g.severity AS severity, g.score AS score,
       g.description AS description, g.suggestedAction AS suggested_action, g.blockId AS block_id,
       g.relatedBlocks AS related_blocks, g.plan AS plan, coalesce(g.timesProposed, 0) AS times_proposed,
       g.waitsFor AS waits_for, g.contextSha256 AS context_sha256, g.skippedReason AS skipped_reason,
       g.skippedBy AS skipped_by, g.skippedScore AS skipped_score,
       CASE g.type WHEN $first THEN 0 ELSE 1 END AS place
ORDER BY place, score DESC, key
LIMIT $limit
