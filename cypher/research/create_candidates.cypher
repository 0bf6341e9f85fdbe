// name: research/create_candidates
// does: Keep passages that a person is to judge.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: create
// source: SPEC sections 1, 2 and 6
UNWIND $rows AS r
CREATE (c:Claim {id: r.id})
SET c += r.props
RETURN r.id AS id
