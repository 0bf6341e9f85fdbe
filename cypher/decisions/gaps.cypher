// name: decisions/gaps
// does: Gaps by id, with what a decision about their proposal looks at.
// mode: read
// params: ids list[str] 1..500
// returns: id str, status str, type str, severity str, score int, block_id str, plan str, proposal_id str, waits_for str, next_at datetime, times_expired int
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 2
UNWIND $ids AS id
MATCH (g:Gap {id: id})
RETURN g.id AS id, g.status AS status, g.type AS type, g.severity AS severity, g.score AS score, g.blockId AS block_id,
       g.plan AS plan, g.proposalId AS proposal_id, g.waitsFor AS waits_for, g.nextAt AS next_at,
       coalesce(g.timesExpired, 0) AS times_expired
