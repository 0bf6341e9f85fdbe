// name: decisions/suppression
// does: One suppression by its id or the beginning of it.
// mode: read
// params: id str
// returns: id str, kind str, status str, title str, number int, gap_ids list[str]
// rows: 0..2
// timeout_s: 10
// source: SPEC section 3
MATCH (s:Suppression)
WHERE s.id STARTS WITH $id
RETURN s.id AS id, s.kind AS kind, s.status AS status, s.title AS title, s.number AS number, s.gapIds AS gap_ids
ORDER BY s.id
LIMIT 2
