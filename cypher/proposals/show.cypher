// name: proposals/show
// does: Everything about the proposal of a number.
// mode: read
// params: number int
// returns: id str, number int, title str, status str, proposal_type str, impact str, effort str, confidence float, gap_id str, gap_ids list[str], digest str, content str, action str, objection str, uncertain bool, version int, round int, approach str, plan str, root str, ready_at datetime, expires_at datetime, expires_ms int, decided_at datetime, approval_expires_ms int, rejection_type str, reason str, ended_because str, created_at datetime, updated_at datetime, argued str, shown_though str, outcome str, context str
// rows: 0..1
// timeout_s: 10
// source: SPEC section 6
MATCH (p:Proposal {number: $number})
RETURN p.id AS id, p.number AS number, p.title AS title, p.status AS status, p.proposalType AS proposal_type, p.impact AS impact,
       p.effort AS effort, p.confidence AS confidence, p.gapId AS gap_id, p.gapIds AS gap_ids, p.digest AS digest,
       p.content AS content, p.action AS action, p.objection AS objection, p.uncertain AS uncertain, p.version AS version,
       p.round AS round, p.approach AS approach, p.plan AS plan, p.root AS root, p.readyAt AS ready_at,
       p.expiresAt AS expires_at, p.expiresMs AS expires_ms, p.decidedAt AS decided_at,
       p.approvalExpiresMs AS approval_expires_ms, p.rejectionType AS rejection_type, p.rejectionReason AS reason,
       p.endedBecause AS ended_because, p.createdAt AS created_at, p.updatedAt AS updated_at, p.argued AS argued, p.shownThough AS shown_though,
       p.outcome AS outcome, p.context AS context
LIMIT 1
