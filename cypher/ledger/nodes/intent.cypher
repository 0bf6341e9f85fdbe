// name: ledger/nodes/intent
// does: The properties of the :Intent nodes a change relies on.
// mode: read
// params: ids list[str] 1..500
// returns: id str, properties map
// rows: 0..ids
// timeout_s: 10
// source: DESIGN section 3
UNWIND $ids AS id
MATCH (n:Intent {id: id})
RETURN n.id AS id, properties(n) AS properties
