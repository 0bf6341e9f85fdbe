// name: ledger/page
// does: A page of whole entries, in order.
// mode: read
// params: after int, limit int 1..1000
// returns: seq int, id str, type str, subject str, actor str, at str, cause str, root str, body str, previous_hash str, hash str, signature str, key str
// rows: 0..limit
// timeout_s: 20
// source: DESIGN section 3
MATCH (e:LedgerEntry)
WHERE e.seq > $after
RETURN e.seq AS seq, e.id AS id, e.type AS type, e.subject AS subject, e.actor AS actor, e.atText AS at, e.cause AS cause,
       e.root AS root, e.body AS body, e.previousHash AS previous_hash, e.hash AS hash, e.signature AS signature, e.key AS key
ORDER BY e.seq
LIMIT $limit
