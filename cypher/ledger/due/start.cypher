// name: ledger/due/start
// does: Write down a recurring due time the first time.
// mode: write
// params: rows list[map] 1..100
// returns: id str
// rows: rows
// timeout_s: 5
// stage: book
// source: DESIGN section 3, time
UNWIND $rows AS r
MERGE (d:Due {id: r.id})
ON CREATE SET d.name = r.name, d.dueMs = r.dueMs
RETURN d.id AS id
