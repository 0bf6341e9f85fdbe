// name: inbox/waiting
// does: What was said to us and not yet dealt with, in order.
// mode: read
// params: state str, after int, limit int 1..500
// returns: id str, n int, raw str, at_ms int
// rows: 0..limit
// timeout_s: 10
// source: issue "Ask once on Telegram" (nothing lost)
MATCH (i:Inbox)
WHERE i.state = $state AND i.n > $after
RETURN i.id AS id, i.n AS n, i.raw AS raw, i.atMs AS at_ms
ORDER BY n
LIMIT $limit
