// name: plans/verdicts
// does: What was decided about the proposals of a plan, by whom, the oldest first.
// mode: read
// params: plan str, limit int 1..1000
// returns: number int, title str, status str, outcome str, actor str, channel str, at datetime, reason str
// rows: 0..limit
// timeout_s: 10
// source: issue "Plans that get done" (report)
MATCH (b:Block {plan: $plan})<-[:CONCERNS]-(v:Verdict)
WHERE b:Proposal
RETURN b.number AS number, b.title AS title, b.status AS status, v.outcome AS outcome, v.actor AS actor,
       v.channel AS channel, v.at AS at, v.reason AS reason
ORDER BY at, number
LIMIT $limit
