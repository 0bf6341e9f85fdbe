// name: executions/set
// does: Set properties of executions; null takes one away.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: set
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $rows AS r
MATCH (n:Execution {id: r.id})
SET n += r.props
RETURN r.id AS id
