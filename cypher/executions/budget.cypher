// name: executions/budget
// does: How much of a day's cap is used up.
// mode: read
// params: id str
// returns: used int, day_ms int
// rows: 0..1
// timeout_s: 5
// source: SPEC section 4 (tier 1)
MATCH (b:Budget {id: $id})
RETURN b.used AS used, b.dayMs AS day_ms
LIMIT 1
