// name: ledger/of_root
// does: What happened under one root, in order.
// mode: read
// params: root str, limit int 1..5000
// returns: seq int, type str, subject str, actor str, at datetime, body str
// rows: 0..limit
// timeout_s: 10
// source: DESIGN section 3
MATCH (e:LedgerEntry {root: $root})
RETURN e.seq AS seq, e.type AS type, e.subject AS subject, e.actor AS actor, datetime({epochMillis: e.atMs}) AS at, e.body AS body
ORDER BY e.seq
LIMIT $limit
