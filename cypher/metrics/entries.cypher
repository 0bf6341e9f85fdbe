// name: metrics/entries
// does: The last entries of some types, the newest first (when was what paused, who waited for whom?).
// mode: read
// params: types list[str] 1..20, limit int 1..10000
// returns: seq int, type str, subject str, at datetime, body str
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (e:LedgerEntry)
WHERE e.type IN $types AND e.seq > 0
RETURN e.seq AS seq, e.type AS type, e.subject AS subject, datetime({epochMillis: e.atMs}) AS at, e.body AS body
ORDER BY e.seq DESC
LIMIT $limit
