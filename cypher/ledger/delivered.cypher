// name: ledger/delivered
// does: Delete deliveries that are done.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: book
// source: DESIGN section 3, bus
UNWIND $rows AS r
MATCH (d:Delivery {id: r.id})
WITH d, r.id AS id
DELETE d
RETURN id
