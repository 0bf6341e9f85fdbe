// name: notifications/unsent
// does: Ready proposals no digest has shown yet.
// mode: read
// params: status str, limit int 1..500
// returns: id str, number int, version int, title str, digest str, impact str, gap_type str, score int, plan str, sample bool, root str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (digest), document 003 section 5
MATCH (p:Proposal)
WHERE p.status = $status AND p.notifiedAt IS NULL
OPTIONAL MATCH (g:Gap {id: p.gapId})
OPTIONAL MATCH (l:Plan {id: p.plan})
RETURN p.id AS id, p.number AS number, p.version AS version, p.title AS title, p.digest AS digest, p.impact AS impact,
       coalesce(g.type, '') AS gap_type, coalesce(g.score, 0) AS score, p.plan AS plan, coalesce(l.sample, false) AS sample,
       p.root AS root
ORDER BY number
LIMIT $limit
