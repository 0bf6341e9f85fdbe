// name: metrics/week
// does: The week's report on the page, if one was made since an instant.
// mode: read
// params: since datetime
// returns: id str, at datetime, text str
// rows: 0..1
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (n:Notification)
WHERE n.kind = 'weekly' AND n.at >= $since
RETURN n.id AS id, n.at AS at, n.text AS text
ORDER BY at DESC
LIMIT 1
