// name: ledger/nodes/execution_task
// does: The properties of the :ExecutionTask nodes a change relies on.
// mode: read
// params: ids list[str] 1..500
// returns: id str, properties map
// rows: 0..ids
// timeout_s: 10
// source: DESIGN section 3
UNWIND $ids AS id
MATCH (n:ExecutionTask {id: id})
RETURN n.id AS id, properties(n) AS properties
