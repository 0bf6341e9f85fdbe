// name: proposals/list
// does: A page of proposals by status, in the order of their numbers.
// mode: read
// params: statuses list[str] 1..13, after int, limit int 1..1000
// returns: id str, number int, title str, status str, proposal_type str, impact str, effort str, confidence float, gap_id str, gap_ids list[str], digest str, uncertain bool, objection str, action str, plan str, ready_at datetime, expires_at datetime
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 6
MATCH (p:Proposal)
WHERE p.status IN $statuses AND p.number > $after
RETURN p.id AS id, p.number AS number, p.title AS title, p.status AS status, p.proposalType AS proposal_type, p.impact AS impact,
       p.effort AS effort, p.confidence AS confidence, p.gapId AS gap_id, p.gapIds AS gap_ids, p.digest AS digest,
       p.uncertain AS uncertain, p.objection AS objection, p.action AS action, p.plan AS plan, p.readyAt AS ready_at,
       p.expiresAt AS expires_at
ORDER BY number
LIMIT $limit
