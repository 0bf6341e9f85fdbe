// name: agents/stuck
// does: Agents that fell silent over what they held, or took too long.
// mode: read
// params: limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (silent agent)
MATCH (n:Agent)
WHERE n.stuckQuestion IS NOT NULL
RETURN properties(n) AS properties
ORDER BY n.id
LIMIT $limit
