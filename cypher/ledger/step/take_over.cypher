// name: ledger/step/take_over
// does: An act whose outcome was lost is begun again in this epoch.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: set
// source: DESIGN section 3, steps
UNWIND $rows AS r
MATCH (s:Step {id: r.id})
SET s.epoch = r.epoch
RETURN s.id AS id
