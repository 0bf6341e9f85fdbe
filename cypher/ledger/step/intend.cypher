// name: ledger/step/intend
// does: Write down the intent of acts before they happen.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: create
// source: DESIGN section 3, steps
UNWIND $rows AS r
CREATE (s:Step)
SET s = r
RETURN s.id AS id
