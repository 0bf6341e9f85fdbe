// name: metrics/verdicts
// does: How proposals were decided since a day.
// mode: read
// params: since datetime, limit int 1..100
// returns: outcome str, count int
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 9
MATCH (v:Verdict)
WHERE v.at >= $since
RETURN v.outcome AS outcome, count(v) AS count
ORDER BY outcome
LIMIT $limit
