// name: research/run
// does: One research run, whole.
// mode: read
// params: id str
// returns: id str, properties map
// rows: 0..1
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (n:ResearchRun {id: $id})
RETURN n.id AS id, properties(n) AS properties
