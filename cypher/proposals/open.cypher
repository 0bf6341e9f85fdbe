// name: proposals/open
// does: Proposals on their way to the person or waiting there.
// mode: read
// params: statuses list[str] 1..10, limit int 1..500
// returns: id str, number int, title str, status str, gap_ids list[str], private bool
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (open proposals)
MATCH (p:Proposal)
WHERE p.status IN $statuses
RETURN p.id AS id, p.number AS number, p.title AS title, p.status AS status, p.gapIds AS gap_ids,
       coalesce(p.private, false) AS private
ORDER BY number
LIMIT $limit
