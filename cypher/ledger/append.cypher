// name: ledger/append
// does: Append entries.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: book
// source: DESIGN section 3
UNWIND $rows AS r
CREATE (e:LedgerEntry)
SET e = r
RETURN e.id AS id
