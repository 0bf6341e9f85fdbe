// name: ledger/last
// does: The last entries, newest first.
// mode: read
// params: before int, limit int 1..1000
// returns: seq int, id str, type str, subject str, actor str, at datetime, cause str, root str, hash str, body str
// rows: 0..limit
// timeout_s: 5
// source: DESIGN section 3
MATCH (e:LedgerEntry)
WHERE e.seq < $before
RETURN e.seq AS seq, e.id AS id, e.type AS type, e.subject AS subject, e.actor AS actor, datetime({epochMillis: e.atMs}) AS at, e.cause AS cause, e.root AS root, e.hash AS hash, e.body AS body
ORDER BY e.seq DESC
LIMIT $limit
