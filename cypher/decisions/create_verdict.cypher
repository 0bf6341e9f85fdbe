// name: decisions/create_verdict
// does: Make verdicts.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: create
// source: SPEC section 3
UNWIND $rows AS r
CREATE (v:Verdict {id: r.id})
SET v += r.props
RETURN r.id AS id
