// name: executions/log
// does: What happened in an execution, in order.
// mode: read
// params: execution str, after int, limit int 1..1000
// returns: seq int, type str, actor str, at datetime, body str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (e:LedgerEntry {subject: $execution})
WHERE e.seq > $after
RETURN e.seq AS seq, e.type AS type, e.actor AS actor, datetime({epochMillis: e.atMs}) AS at, e.body AS body
ORDER BY e.seq
LIMIT $limit
