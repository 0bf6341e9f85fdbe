// name: decisions/suppressions
// does: What was rejected and what that suppresses, the latest first.
// mode: read
// params: before_ms int, limit int 1..500
// returns: id str, kind str, status str, title str, reason str, approach str, gap_ids list[str], at datetime, until datetime, number int, by str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 3
MATCH (s:Suppression)
WHERE s.atMs < $before_ms
RETURN s.id AS id, s.kind AS kind, s.status AS status, s.title AS title, s.reason AS reason, s.approach AS approach,
       s.gapIds AS gap_ids, s.at AS at, s.until AS until, s.number AS number, s.by AS by
ORDER BY s.atMs DESC
LIMIT $limit
