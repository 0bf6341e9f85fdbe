// name: loop/pauses
// does: What is paused: plans, or the whole loop (no plan).
// mode: read
// params: limit int 1..500
// returns: plan str
// rows: 0..limit
// timeout_s: 5
// source: SPEC section 5 (pause by the ladder), section 6 (vibe loop pause)
MATCH (l:Loop)
WHERE l.paused = true
RETURN l.plan AS plan
ORDER BY l.id
LIMIT $limit
