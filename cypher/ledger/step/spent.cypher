// name: ledger/step/spent
// does: How much of a kind of act was spent, or is booked, from one day to another.
// mode: read
// params: what str, since str, until str
// returns: count int, cost float, tokens int
// rows: 1
// timeout_s: 5
// source: DESIGN section 5
MATCH (s:Step)
WHERE s.day >= $since AND s.day <= $until AND s.what = $what
RETURN count(s) AS count, coalesce(sum(s.cost), 0.0) AS cost, coalesce(sum(s.tokens), 0) AS tokens
LIMIT 1
