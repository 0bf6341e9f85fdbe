// name: executions/gates
// does: Gates of an execution that a person approved, the oldest first.
// mode: read
// params: execution str, status str, limit int 1..500
// returns: id str, proposal str, packet str, used int
// rows: 0..limit
// timeout_s: 5
// source: SPEC section 4, document 002 section 4
MATCH (b:Budget)
WHERE b.kind = 'gate' AND b.execution = $execution AND b.status = $status
RETURN b.id AS id, b.proposal AS proposal, b.packet AS packet, b.used AS used
ORDER BY id
LIMIT $limit
