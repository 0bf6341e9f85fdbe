// name: agents/list
// does: Agents, by name.
// mode: read
// params: limit int 1..1000
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:Agent)
RETURN properties(n) AS properties
ORDER BY n.name, n.id
LIMIT $limit
