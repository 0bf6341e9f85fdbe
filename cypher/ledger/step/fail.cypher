// name: ledger/step/fail
// does: Settle acts that came to nothing with what they used.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// source: DESIGN section 3
// stage: set
UNWIND $rows AS r
MATCH (s:Step {id: r.id})
SET s.state = 'failed', s.why = r.why, s.finishedAt = r.finishedAt, s.cost = r.cost, s.tokens = r.tokens,
    s.settledCost = r.cost, s.settledTokens = r.tokens, s.estimated = coalesce(s.estimated, 0) + r.estimated
RETURN s.id AS id
