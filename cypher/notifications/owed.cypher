// name: notifications/owed
// does: Whether a digest was due while the day was still being looked at, and which.
// mode: read
// params: id str, status str
// returns: tick str
// rows: 0..1
// timeout_s: 10
// source: SPEC section 5 (digest), document 003 section 5
MATCH (n:Notification {id: $id})
WHERE n.status = $status
RETURN n.tick AS tick
LIMIT 1
