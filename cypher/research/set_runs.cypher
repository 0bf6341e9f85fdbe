// name: research/set_runs
// does: Set properties of research runs; null takes one away.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: set
// source: SPEC sections 1, 2 and 6
UNWIND $rows AS r
MATCH (n:ResearchRun {id: r.id})
SET n += r.props
RETURN r.id AS id
