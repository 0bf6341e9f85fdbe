// name: pages/gaps_held_back
// does: Gaps that are not proposed now though they are there: those that wait, were left out, marked, or taken as known.
// mode: read
// params: limit int 1..1000
// returns: id str, description str, status str, mark str, accepted_until datetime, baseline bool, waits_for str, next_at datetime, skipped_reason str, mark_reason str, block_id str, block_title str
// rows: 0..limit
// timeout_s: 10
// source: issue "The whole loop" (Page)
MATCH (g:Gap)
WHERE g.status IN ['open', 'suppressed']
  AND (g.waitsFor IS NOT NULL OR g.skippedReason IS NOT NULL OR g.mark IN ['noise', 'accepted'] OR g.baseline = true)
WITH g
ORDER BY g.score DESC, g.id
LIMIT $limit
OPTIONAL MATCH (b:Block {id: g.blockId})
RETURN g.id AS id, g.description AS description, g.status AS status, g.mark AS mark, g.acceptedUntil AS accepted_until,
       coalesce(g.baseline, false) AS baseline, g.waitsFor AS waits_for, g.nextAt AS next_at,
       g.skippedReason AS skipped_reason, g.markReason AS mark_reason, g.blockId AS block_id, b.title AS block_title
ORDER BY g.score DESC, id
