// name: notifications/unshown
// does: Ready proposals that a chat was not shown in their version; none of the sample's.
// mode: read
// params: chat str, status str, limit int 1..500
// returns: id str, number int, version int, title str, digest str, impact str, gap_type str, gap str, score int, sample bool, proposal_type str, action str
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 5, SPEC section 5 (digest)
MATCH (p:Proposal {status: $status})
OPTIONAL MATCH (l:Plan {id: p.plan})
OPTIONAL MATCH (g:Gap {id: p.gapId})
OPTIONAL MATCH (p)<-[s:CONCERNS]-(n:Notification {chat: $chat})
WITH p, l, g, sum(CASE WHEN s.digest = p.digest THEN 1 ELSE 0 END) AS shown
WHERE shown = 0 AND coalesce(l.sample, false) = false
RETURN p.id AS id, p.number AS number, p.version AS version, p.title AS title, p.digest AS digest, p.impact AS impact,
       coalesce(g.type, '') AS gap_type, coalesce(g.description, '') AS gap, coalesce(g.score, 0) AS score,
       coalesce(l.sample, false) AS sample, p.proposalType AS proposal_type, p.action AS action
ORDER BY number
LIMIT $limit
