// name: metrics/tokens_by_day
// does: Tokens that calls used, day by day.
// mode: read
// params: what str, since str, until str, limit int 1..400
// returns: day str, tokens int
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (s:Step)
WHERE s.day >= $since AND s.day <= $until AND s.what = $what
RETURN s.day AS day, coalesce(sum(s.tokens), 0) AS tokens
ORDER BY day
LIMIT $limit
