// name: notifications/for_digest
// does: Messages to a chat that the next digest tells instead.
// mode: read
// params: chat str, status str, limit int 1..100
// returns: id str, body str, intended_ms int
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 5, SPEC section 5 (digest)
MATCH (n:Notification {chat: $chat})
WHERE n.status = $status
RETURN n.id AS id, n.body AS body, n.intendedMs AS intended_ms
ORDER BY intended_ms, id
LIMIT $limit
