// name: ledger/due/move
// does: Move a recurring due time on.
// mode: write
// params: rows list[map] 1..100
// returns: id str
// rows: rows
// timeout_s: 5
// stage: book
// source: DESIGN section 3, time
UNWIND $rows AS r
MATCH (d:Due {id: r.id})
SET d.dueMs = r.dueMs
RETURN d.id AS id
