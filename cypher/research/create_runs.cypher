// name: research/create_runs
// does: Make research runs.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: create
// source: SPEC sections 1, 2 and 6
UNWIND $rows AS r
CREATE (n:ResearchRun {id: r.id})
SET n += r.props
RETURN r.id AS id
