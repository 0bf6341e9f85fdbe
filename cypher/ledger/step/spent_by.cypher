// name: ledger/step/spent_by
// does: What calls cost from one day to another, by role and proposal.
// mode: read
// params: what str, since str, until str, limit int 1..1000
// returns: role str, proposal int, count int, cost float, tokens int, estimated int
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Spend)
MATCH (s:Step)
WHERE s.day >= $since AND s.day <= $until AND s.what = $what
RETURN coalesce(s.role, '') AS role, coalesce(s.proposal, 0) AS proposal, count(s) AS count,
       coalesce(sum(s.cost), 0.0) AS cost, coalesce(sum(s.tokens), 0) AS tokens,
       coalesce(sum(s.estimated), 0) AS estimated
ORDER BY cost DESC, role, proposal
LIMIT $limit
