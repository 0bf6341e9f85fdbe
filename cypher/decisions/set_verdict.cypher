// name: decisions/set_verdict
// does: Note that a verdict was used.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: set
// source: DESIGN section 5
UNWIND $rows AS r
MATCH (v:Verdict {id: r.id})
SET v += r.props
RETURN r.id AS id
