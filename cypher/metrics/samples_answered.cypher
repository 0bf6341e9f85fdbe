// name: metrics/samples_answered
// does: What a person said of filtered proposals they were shown since a day, the last first.
// mode: read
// params: since datetime, limit int 1..10000
// returns: at datetime, answer str
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (p:Block)
WHERE p.sampleAnsweredAt >= $since AND p:Proposal
RETURN p.sampleAnsweredAt AS at, p.sampleAnswer AS answer
ORDER BY at DESC, answer
LIMIT $limit
