// name: ledger/step/spent
// does: How much of a kind of act was spent on a day.
// mode: read
// params: what str, day str
// returns: count int, cost float
// rows: 1
// timeout_s: 5
// source: SPEC section 4
MATCH (s:Step {day: $day})
WHERE s.what = $what
RETURN count(s) AS count, coalesce(sum(s.cost), 0.0) AS cost
LIMIT 1
