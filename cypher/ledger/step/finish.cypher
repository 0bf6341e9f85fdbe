// name: ledger/step/finish
// does: Write down the outcome of acts.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// source: DESIGN section 3
// stage: set
UNWIND $rows AS r
MATCH (s:Step {id: r.id})
SET s.state = 'done', s.outcome = r.outcome, s.resultSha256 = r.resultSha256, s.verification = r.verification,
    s.finishedAt = r.finishedAt, s.cost = r.cost, s.tokens = r.tokens
RETURN s.id AS id
