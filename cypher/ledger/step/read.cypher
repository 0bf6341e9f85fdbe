// name: ledger/step/read
// does: A durable step.
// mode: read
// params: id str
// returns: id str, what str, state str, kind str, epoch int, outcome str, cost float, tokens int, settled_cost float, settled_tokens int, attempt int
// rows: 0..1
// timeout_s: 5
// source: DESIGN section 3
MATCH (s:Step {id: $id})
RETURN s.id AS id, s.what AS what, s.state AS state, s.kind AS kind, s.epoch AS epoch, s.outcome AS outcome,
       coalesce(s.cost, 0.0) AS cost, coalesce(s.tokens, 0) AS tokens,
       coalesce(s.settledCost, 0.0) AS settled_cost, coalesce(s.settledTokens, 0) AS settled_tokens,
       coalesce(s.attempt, 1) AS attempt
LIMIT 1
