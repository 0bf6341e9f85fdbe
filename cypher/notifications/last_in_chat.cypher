// name: notifications/last_in_chat
// does: The last digest a chat was given.
// mode: read
// params: chat str, kinds list[str] 1..5
// returns: id str, grounded int, intended_ms int
// rows: 0..1
// timeout_s: 10
// source: document 003 section 5, SPEC section 5 (digest)
MATCH (n:Notification {chat: $chat})
WHERE n.kind IN $kinds
RETURN n.id AS id, n.grounded AS grounded, n.intendedMs AS intended_ms
ORDER BY intended_ms DESC
LIMIT 1
