// name: decisions/suppressed_by
// does: Active suppressions of a kind that hold the given gaps.
// mode: read
// params: ids list[str] 1..500, kind str, status str
// returns: gap_id str, suppression str
// rows: 0..500
// timeout_s: 10
// source: SPEC section 3
UNWIND $ids AS id
MATCH (g:Gap {id: id})<-[:CONCERNS]-(s:Suppression)
WHERE s.kind = $kind AND s.status = $status
RETURN g.id AS gap_id, s.id AS suppression
ORDER BY gap_id, suppression
LIMIT 500
