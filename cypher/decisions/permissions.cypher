// name: decisions/permissions
// does: Standing permissions, the latest first.
// mode: read
// params: statuses list[str] 1..5, limit int 1..500
// returns: id str, what str, status str, per_day int, day str, used int, number int, by str, at datetime
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 4 (standing permission)
MATCH (b:Budget)
WHERE b.kind = 'permission' AND b.status IN $statuses
RETURN b.id AS id, b.what AS what, b.status AS status, b.perDay AS per_day, coalesce(b.day, '') AS day,
       coalesce(b.used, 0) AS used, b.number AS number, b.by AS by, b.at AS at
ORDER BY at DESC, id
LIMIT $limit
