// name: pages/proposals
// does: The last proposals in the given states, as their cards need them.
// mode: read
// params: statuses list[str] 1..13, before int, limit int 1..200
// returns: id str, number int, title str, content str, status str, proposal_type str, impact str, effort str, confidence float, gap_ids list[str], action str, digest str, version int, uncertain bool, round int, objection str, reason str, plan str, shown_though str, ready_at datetime, expires_at datetime
// rows: 0..limit
// timeout_s: 5
// source: issue "The whole loop" (Page)
MATCH (p:Proposal)
WHERE p.number < $before AND p.status IN $statuses
RETURN p.id AS id, p.number AS number, p.title AS title, p.content AS content, p.status AS status,
       p.proposalType AS proposal_type, p.impact AS impact, p.effort AS effort, p.confidence AS confidence, p.gapIds AS gap_ids,
       p.action AS action, p.digest AS digest, p.version AS version, coalesce(p.uncertain, false) AS uncertain, p.round AS round,
       p.objection AS objection, p.endedBecause AS reason, p.plan AS plan, p.shownThough AS shown_though, p.readyAt AS ready_at, p.expiresAt AS expires_at
ORDER BY p.number DESC
LIMIT $limit
