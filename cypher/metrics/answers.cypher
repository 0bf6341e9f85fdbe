// name: metrics/answers
// does: When questions asked since a day were asked and answered.
// mode: read
// params: since datetime, limit int 1..10000
// returns: asked_at datetime, answered_at datetime
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 9
MATCH (q:Block)
WHERE q.askedAt >= $since AND q:Question AND q.answeredAt IS NOT NULL
RETURN q.askedAt AS asked_at, q.answeredAt AS answered_at
ORDER BY asked_at, answered_at
LIMIT $limit
