// name: notifications/of_message
// does: What a message in a chat shows, by the channel's own id of it.
// mode: read
// params: message str
// returns: id str, kind str, status str, person str, chat str, subject str, body str
// rows: 0..1
// timeout_s: 10
// source: SPEC section 3 (what was seen is what is approved)
MATCH (m:Sent {id: $message})
MATCH (n:Notification {id: m.notification})
RETURN n.id AS id, n.kind AS kind, n.status AS status, n.person AS person, n.chat AS chat, n.subject AS subject, n.body AS body
LIMIT 1
