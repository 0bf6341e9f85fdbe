// name: ledger/entries
// does: Entries by id.
// mode: read
// params: ids list[str] 1..500
// returns: seq int, id str, type str, subject str, actor str, at datetime, cause str, root str, body str
// rows: 0..ids
// timeout_s: 5
// source: DESIGN section 3
UNWIND $ids AS id
MATCH (e:LedgerEntry {id: id})
RETURN e.seq AS seq, e.id AS id, e.type AS type, e.subject AS subject, e.actor AS actor, datetime({epochMillis: e.atMs}) AS at, e.cause AS cause, e.root AS root, e.body AS body
