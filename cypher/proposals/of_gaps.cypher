// name: proposals/of_gaps
// does: Earlier proposals for the given gaps, the latest first.
// mode: read
// params: ids list[str] 1..50, limit int 1..100
// returns: id str, number int, title str, status str, rejection_type str, reason str, approach str, gap_id str, private bool
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 3
UNWIND $ids AS wanted
MATCH (g:Gap {id: wanted})<-[:ADDRESSES]-(p:Proposal)
RETURN p.id AS id, p.number AS number, p.title AS title, p.status AS status, p.rejectionType AS rejection_type,
       p.rejectionReason AS reason, p.approach AS approach, g.id AS gap_id,
       coalesce(p.private, false) AS private
ORDER BY number DESC, gap_id
LIMIT $limit
