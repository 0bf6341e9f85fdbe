// name: research/candidates
// does: Candidates by id, whole.
// mode: read
// params: ids list[str] 1..500
// returns: id str, properties map
// rows: 0..ids
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
UNWIND $ids AS id
MATCH (c:Claim {id: id})
RETURN c.id AS id, properties(c) AS properties
