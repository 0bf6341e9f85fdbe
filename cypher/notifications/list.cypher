// name: notifications/list
// does: What was put before the person, the latest first.
// mode: read
// params: before_ms int, limit int 1..500
// returns: id str, channel str, status str, header str, text str, items str, at datetime
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (digest), document 003 section 5
MATCH (n:Notification)
WHERE n.atMs < $before_ms AND n.status = 'sent' AND n.channel = 'page'
RETURN n.id AS id, n.channel AS channel, n.status AS status, n.header AS header, n.text AS text, n.items AS items, n.at AS at
ORDER BY n.atMs DESC
LIMIT $limit
