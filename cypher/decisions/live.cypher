// name: decisions/live
// does: Proposals that are not decided for good, oldest first: what may become stale.
// mode: read
// params: statuses list[str] 1..10, limit int 1..500
// returns: id str, number int, title str, content str, status str, proposal_type str, impact str, effort str, confidence float, gap_id str, gap_ids list[str], action str, digest str, approach str, version int, uncertain bool, round int, objection str, plan str, ready_at datetime, expires_at datetime, expires_ms int, approval_expires_ms int
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (stale)
MATCH (p:Proposal)
WHERE p.status IN $statuses
RETURN p.id AS id, p.number AS number, p.title AS title, p.content AS content, p.status AS status,
       p.proposalType AS proposal_type, p.impact AS impact, p.effort AS effort, p.confidence AS confidence, p.gapId AS gap_id,
       p.gapIds AS gap_ids, p.action AS action, p.digest AS digest, p.approach AS approach, p.version AS version,
       p.uncertain AS uncertain, p.round AS round, p.objection AS objection, p.plan AS plan, p.readyAt AS ready_at,
       p.expiresAt AS expires_at, p.expiresMs AS expires_ms, p.approvalExpiresMs AS approval_expires_ms
ORDER BY p.number
LIMIT $limit
