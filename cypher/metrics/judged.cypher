// name: metrics/judged
// does: What the arbiter said of proposals that a person decided since a day, the last first.
// mode: read
// params: since datetime, limit int 1..10000
// returns: at datetime, outcome str, said str
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Measuring itself)
MATCH (v:Verdict)-[:CONCERNS]->(p:Block)<-[:CONCERNS]-(d:Debate)
WHERE v.at >= $since AND d.outcome IN ['strong', 'weak', 'fail']
RETURN v.at AS at, v.outcome AS outcome, d.outcome AS said
ORDER BY at DESC, outcome
LIMIT $limit
