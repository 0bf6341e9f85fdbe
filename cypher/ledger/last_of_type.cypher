// name: ledger/last_of_type
// does: The last entry of a type.
// mode: read
// params: type str
// returns: seq int, at datetime, body str
// rows: 0..1
// timeout_s: 5
// source: DESIGN section 2 (HealthDue)
MATCH (e:LedgerEntry {type: $type})
WHERE e.seq > 0
RETURN e.seq AS seq, datetime({epochMillis: e.atMs}) AS at, e.body AS body
ORDER BY e.seq DESC
LIMIT 1
