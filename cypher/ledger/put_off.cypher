// name: ledger/put_off
// does: Move a delivery's due time, or set it aside.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: book
// source: DESIGN section 3, bus
UNWIND $rows AS r
MATCH (d:Delivery {id: r.id})
SET d.dueMs = r.dueMs, d.state = r.state, d.attempts = r.attempts, d.error = r.error
RETURN d.id AS id
