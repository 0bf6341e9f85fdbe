// name: proposals/drafted_of_root
// does: How many proposals were drafted under one root.
// mode: read
// params: root str, but str
// returns: count int
// rows: 1
// timeout_s: 10
// source: SPEC section 5 (drafted a cycle)
MATCH (p:Proposal)
WHERE p.root = $root AND p.status <> $but
RETURN count(p) AS count
