// name: notifications/lately
// does: When a chat was written to of Vibe's own accord since an instant.
// mode: read
// params: chat str, after_ms int, kinds list[str] 1..10, limit int 1..100
// returns: intended_ms int
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (caps)
MATCH (n:Notification {chat: $chat})
WHERE n.intendedMs > $after_ms AND n.kind IN $kinds AND n.status IN ['intended', 'sent', 'changed']
RETURN n.intendedMs AS intended_ms
ORDER BY intended_ms
LIMIT $limit
