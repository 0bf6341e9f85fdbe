// name: ledger/seal
// does: Put a mark in the place of entries' bodies; the mirror holds them.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: book
// source: SPEC section 5 (retention of execution events)
UNWIND $rows AS r
MATCH (e:LedgerEntry {id: r.id})
SET e.body = r.body
RETURN r.id AS id
