// name: questions/set_rungs
// does: Keep the rungs of questions.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: set
// source: SPEC section 5 (escalation rungs)
UNWIND $rows AS r
MERGE (n:Rung {id: r.id})
SET n += r.props
RETURN r.id AS id
