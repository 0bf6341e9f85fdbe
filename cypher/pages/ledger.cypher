// name: pages/ledger
// does: The last entries, newest first, without those of some types.
// mode: read
// params: before int, without list[str] 0..20, limit int 1..200
// returns: seq int, type str, subject str, actor str, at datetime, body str
// rows: 0..limit
// timeout_s: 5
// source: issue "The whole loop" (Page)
MATCH (e:LedgerEntry)
WHERE e.seq < $before AND NOT e.type IN $without
RETURN e.seq AS seq, e.type AS type, e.subject AS subject, e.actor AS actor, datetime({epochMillis: e.atMs}) AS at, e.body AS body
ORDER BY e.seq DESC
LIMIT $limit
