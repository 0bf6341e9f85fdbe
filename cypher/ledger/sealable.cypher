// name: ledger/sealable
// does: Entries of a type before an instant, about executions that have ended and that nobody waits for, the oldest first.
// mode: read
// params: type str, before_ms int, sealed str, ended list[str], limit int 1..500
// returns: id str, seq int, hash str
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 5 (retention of execution events)
MATCH (e:LedgerEntry {type: $type})
WHERE e.seq > 0 AND e.atMs < $before_ms AND e.body <> $sealed AND NOT EXISTS { MATCH (d:Delivery {subject: e.subject}) }
MATCH (x:Execution {id: e.subject})
WHERE x.status IN $ended
RETURN e.id AS id, e.seq AS seq, e.hash AS hash
ORDER BY e.seq
LIMIT $limit
