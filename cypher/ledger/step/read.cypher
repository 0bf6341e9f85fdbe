// name: ledger/step/read
// does: A durable step.
// mode: read
// params: id str
// returns: id str, what str, state str, kind str, epoch int, outcome str
// rows: 0..1
// timeout_s: 5
// source: DESIGN section 3, steps
MATCH (s:Step {id: $id})
RETURN s.id AS id, s.what AS what, s.state AS state, s.kind AS kind, s.epoch AS epoch, s.outcome AS outcome
LIMIT 1
