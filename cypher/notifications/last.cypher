// name: notifications/last
// does: The last digest that was sent.
// mode: read
// params: status str
// returns: id str, grounded int, at datetime
// rows: 0..1
// timeout_s: 10
// source: SPEC section 5 (digest), document 003 section 5
MATCH (n:Notification)
WHERE n.status = $status AND n.kind = 'digest' AND n.channel = 'page'
RETURN n.id AS id, n.grounded AS grounded, n.at AS at
ORDER BY n.atMs DESC
LIMIT 1
