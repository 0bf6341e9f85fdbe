// name: agents/to_call
// does: Agents that are let in and are told at an address of theirs that there is work.
// mode: read
// params: limit int 1..500
// returns: properties map
// rows: 0..limit
// timeout_s: 10
// source: issue "Plans that get done" (Agents)
MATCH (n:Agent {status: 'active'})
WHERE n.webhookUrl IS NOT NULL AND n.webhookParked IS NULL
RETURN properties(n) AS properties
ORDER BY n.id
LIMIT $limit
