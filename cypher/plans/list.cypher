// name: plans/list
// does: All plans.
// mode: read
// params: limit int 1..1000
// returns: id str, title str, status str, source str, sample bool, imported_at datetime
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 6, DESIGN section 4
MATCH (p:Plan)
RETURN p.id AS id, p.title AS title, p.status AS status, p.source AS source, coalesce(p.sample, false) AS sample, p.importedAt AS imported_at
ORDER BY id
LIMIT $limit
