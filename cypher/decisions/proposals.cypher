// name: decisions/proposals
// does: Proposals by id, with what a decision looks at.
// mode: read
// params: ids list[str] 1..500
// returns: id str, number int, title str, content str, status str, proposal_type str, impact str, effort str, confidence float, gap_id str, gap_ids list[str], action str, digest str, approach str, version int, uncertain bool, round int, objection str, plan str, ready_at datetime, expires_at datetime, expires_ms int, approval_expires_ms int
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 3
UNWIND $ids AS id
MATCH (p:Proposal {id: id})
RETURN p.id AS id, p.number AS number, p.title AS title, p.content AS content, p.status AS status,
       p.proposalType AS proposal_type, p.impact AS impact, p.effort AS effort, p.confidence AS confidence, p.gapId AS gap_id,
       p.gapIds AS gap_ids, p.action AS action, p.digest AS digest, p.approach AS approach, p.version AS version,
       p.uncertain AS uncertain, p.round AS round, p.objection AS objection, p.plan AS plan, p.readyAt AS ready_at,
       p.expiresAt AS expires_at, p.expiresMs AS expires_ms, p.approvalExpiresMs AS approval_expires_ms
