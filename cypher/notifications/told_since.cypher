// name: notifications/told_since
// does: Page digests since an instant, with what they told beside proposals.
// mode: read
// params: after_ms int, limit int 1..50
// returns: id str, lines str, at_ms int
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 5, SPEC section 5 (digest)
MATCH (n:Notification)
WHERE n.atMs > $after_ms AND n.channel = 'page'
RETURN n.id AS id, coalesce(n.lines, '[]') AS lines, n.atMs AS at_ms
ORDER BY at_ms
LIMIT $limit
