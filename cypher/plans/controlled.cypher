// name: plans/controlled
// does: What persons did with the executions of a plan: begun, paused, gone on with, cancelled, changed.
// mode: read
// params: plan str, limit int 1..1000
// returns: type str, actor str, at str, body str
// rows: 0..limit
// timeout_s: 10
// source: issue "Plans that get done" (report: what was decided by whom)
MATCH (n:Execution {plan: $plan})
MATCH (e:LedgerEntry {subject: n.id})
WHERE e.type IN ['ExecutionCreated', 'ExecutionMoved', 'ExecutionChanged']
  AND (e.actor STARTS WITH 'owner' OR e.actor STARTS WITH 'person')
RETURN e.type AS type, e.actor AS actor, e.atText AS at, e.body AS body
ORDER BY e.seq
LIMIT $limit
