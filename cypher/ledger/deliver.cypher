// name: ledger/deliver
// does: Write a delivery for each handler that an entry wakes.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: book
// source: DESIGN section 3, bus
UNWIND $rows AS r
CREATE (d:Delivery)
SET d = r
RETURN d.id AS id
