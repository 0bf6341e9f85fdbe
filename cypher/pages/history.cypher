// name: pages/history
// does: The last entries about one subject, newest first.
// mode: read
// params: subject str, before int, limit int 1..200
// returns: seq int, type str, subject str, actor str, at datetime, body str
// rows: 0..limit
// timeout_s: 5
// source: issue "The whole loop" (Page)
MATCH (e:LedgerEntry {subject: $subject})
WHERE e.seq < $before
RETURN e.seq AS seq, e.type AS type, e.subject AS subject, e.actor AS actor, datetime({epochMillis: e.atMs}) AS at, e.body AS body
ORDER BY e.seq DESC
LIMIT $limit
