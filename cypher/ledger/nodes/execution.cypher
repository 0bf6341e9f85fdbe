// name: ledger/nodes/execution
// does: The properties of the :Execution nodes a change relies on.
// mode: read
// params: ids list[str] 1..500
// returns: id str, properties map
// rows: 0..ids
// timeout_s: 10
// source: DESIGN section 3
UNWIND $ids AS id
MATCH (n:Execution {id: id})
RETURN n.id AS id, properties(n) AS properties
