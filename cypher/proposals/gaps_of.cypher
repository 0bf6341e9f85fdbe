// name: proposals/gaps_of
// does: Gaps by id, as a proposer needs them, with where they stand.
// mode: read
// params: ids list[str] 1..500
// returns: id str, key int, rule str, type str, severity str, score int, description str, suggested_action str, block_id str, related_blocks list[str], plan str, times_proposed int, waits_for str, context_sha256 str, skipped_reason str, skipped_by str, skipped_score int, status str, proposal_id str
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 3
UNWIND $ids AS wanted
MATCH (g:Gap {id: wanted})
RETURN g.id AS id, g.key AS key, g.rule AS rule, g.type AS type, g.severity AS severity, g.score AS score,
       g.description AS description, g.suggestedAction AS suggested_action, g.blockId AS block_id,
       g.relatedBlocks AS related_blocks, g.plan AS plan, coalesce(g.timesProposed, 0) AS times_proposed,
       g.waitsFor AS waits_for, g.contextSha256 AS context_sha256, g.skippedReason AS skipped_reason,
       g.skippedBy AS skipped_by, g.skippedScore AS skipped_score,
       g.status AS status, g.proposalId AS proposal_id
