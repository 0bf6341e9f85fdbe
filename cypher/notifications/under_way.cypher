// name: notifications/under_way
// does: How many proposals of a root are still being checked.
// mode: read
// params: root str, statuses list[str] 1..5
// returns: count int
// rows: 1
// timeout_s: 10
// source: SPEC section 5 (digest), document 003 section 5
MATCH (p:Proposal)
WHERE p.status IN $statuses AND p.root = $root
RETURN count(p) AS count
