// name: notifications/grounded_decisions
// does: How many active decisions there are, and how many rest on evidence.
// mode: read
// params: status str, gone str
// returns: claims int, grounded int
// rows: 1
// timeout_s: 30
// source: SPEC section 5 (digest), document 003 section 5
MATCH (b:Decision)
WHERE b.status = $status
WITH b, CASE WHEN EXISTS {
  MATCH (b)<-[:SUPPORTS|EVIDENCE_FOR]-(e:Evidence) WHERE e.status <> $gone
} THEN 1 ELSE 0 END AS held
RETURN count(b) AS claims, coalesce(sum(held), 0) AS grounded
