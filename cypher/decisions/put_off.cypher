// name: decisions/put_off
// does: How often gaps were put off with not_now before, undone ones left out.
// mode: read
// params: ids list[str] 1..500, kind str, undone str
// returns: id str, times int
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 2 (not_now doubles)
UNWIND $ids AS id
MATCH (g:Gap {id: id})<-[:CONCERNS]-(s:Suppression)
WHERE s.kind = $kind AND s.status <> $undone
RETURN id AS id, count(s) AS times
