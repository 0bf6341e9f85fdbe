// name: ledger/nodes/agent
// does: The properties of the :Agent nodes a change relies on.
// mode: read
// params: ids list[str] 1..500
// returns: id str, properties map
// rows: 0..ids
// timeout_s: 10
// source: DESIGN section 3
UNWIND $ids AS id
MATCH (n:Agent {id: id})
RETURN n.id AS id, properties(n) AS properties
