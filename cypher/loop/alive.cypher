// name: loop/alive
// does: When Vibe was last known to be there.
// mode: read
// params: none
// returns: at datetime
// rows: 0..1
// timeout_s: 10
// source: SPEC section 5 (sweep)
MATCH (l:Loop {id: 'alive'})
RETURN l.since AS at
LIMIT 1
