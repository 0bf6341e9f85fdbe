// name: notifications/unasked
// does: What a standing permission allowed and no digest has told yet.
// mode: read
// params: limit int 1..50
// returns: id str, number int, title str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 4 (standing permission)
MATCH (p:Proposal)
WHERE p.allowedBy IS NOT NULL AND p.unaskedToldAt IS NULL
RETURN p.id AS id, p.number AS number, p.title AS title
ORDER BY number
LIMIT $limit
