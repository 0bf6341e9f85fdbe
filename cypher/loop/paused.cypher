// name: loop/paused
// does: Whether the loop is paused, why, and since when; always one row.
// mode: read
// params: none
// returns: paused bool, reason str, since datetime, until_ms int
// rows: 1
// timeout_s: 5
// source: SPEC section 5 (pause), section 6 (vibe loop pause)
OPTIONAL MATCH (l:Loop {id: 'loop'})
RETURN coalesce(l.paused, false) AS paused, coalesce(l.reason, '') AS reason, l.since AS since, l.untilMs AS until_ms
LIMIT 1
