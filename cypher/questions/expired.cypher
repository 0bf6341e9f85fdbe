// name: questions/expired
// does: Questions whose time is over.
// mode: read
// params: statuses list[str] 1..5, now_ms int, limit int 1..500
// returns: id str, status str, proposal_id str, question str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 1 (question)
MATCH (q:Question)
WHERE q.expiresMs <= $now_ms AND q.status IN $statuses
RETURN q.id AS id, q.status AS status, q.proposalId AS proposal_id, q.content AS question
ORDER BY q.expiresMs
LIMIT $limit
