// name: metrics/decided_by_day
// does: When proposals were decided since a day, and how.
// mode: read
// params: since datetime, limit int 1..10000
// returns: at datetime, word str
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (v:Verdict)
WHERE v.at >= $since
RETURN v.at AS at, v.outcome AS word
ORDER BY at, word
LIMIT $limit
