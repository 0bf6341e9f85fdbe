// name: plans/grounded
// does: How many of a plan's active decisions and assumptions rest on evidence.
// mode: read
// params: plan str
// returns: claims int, with_evidence int
// rows: 1
// timeout_s: 20
// source: SPEC section 5 (the digest's header)
MATCH (b:Block {plan: $plan})
WHERE b.kind IN ['Decision', 'Assumption'] AND b.status = 'active'
WITH b, CASE WHEN EXISTS { MATCH (b)<-[:SUPPORTS|EVIDENCE_FOR]-(e:Evidence) WHERE e.status <> 'withdrawn' } THEN 1 ELSE 0 END AS held
RETURN count(b) AS claims, coalesce(sum(held), 0) AS with_evidence
LIMIT 1
