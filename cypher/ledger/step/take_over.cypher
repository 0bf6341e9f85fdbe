// name: ledger/step/take_over
// does: An act whose outcome was lost, or that failed, is begun again in this epoch; what was used stays booked.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// source: DESIGN section 3
// stage: set
UNWIND $rows AS r
MATCH (s:Step {id: r.id})
SET s.epoch = r.epoch, s.state = 'intended', s.cost = r.cost, s.tokens = r.tokens, s.settledCost = r.settledCost,
    s.settledTokens = r.settledTokens, s.attempt = r.attempt, s.estimated = coalesce(s.estimated, 0) + r.estimated
RETURN s.id AS id
