// name: notifications/undecided
// does: Ready proposals that a chat was shown.
// mode: read
// params: chat str, status str, limit int 1..500
// returns: id str, number int, version int, title str, digest str, impact str, gap_type str, gap str, score int, sample bool, proposal_type str, action str
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 5, SPEC section 5 (digest)
MATCH (p:Proposal {status: $status})<-[:CONCERNS]-(n:Notification {chat: $chat})
OPTIONAL MATCH (g:Gap {id: p.gapId})
RETURN DISTINCT p.id AS id, p.number AS number, p.version AS version, p.title AS title, p.digest AS digest, p.impact AS impact,
       coalesce(g.type, '') AS gap_type, coalesce(g.description, '') AS gap, coalesce(g.score, 0) AS score, false AS sample,
       p.proposalType AS proposal_type, p.action AS action
ORDER BY number
LIMIT $limit
