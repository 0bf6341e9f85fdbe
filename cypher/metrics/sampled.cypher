// name: metrics/sampled
// does: The filtered proposals a person was shown since an instant, the last first; answered: right, wrong or not yet.
// mode: read
// params: since datetime, limit int 1..100
// returns: id str, number int, title str, objection str, reason str, at datetime, answer str
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (p:Block)
WHERE p.sampledAt >= $since AND p:Proposal
RETURN p.id AS id, p.number AS number, p.title AS title, p.objection AS objection, p.endedBecause AS reason,
       p.sampledAt AS at, p.sampleAnswer AS answer
ORDER BY at DESC, number
LIMIT $limit
