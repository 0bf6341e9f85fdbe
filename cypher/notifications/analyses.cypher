// name: notifications/analyses
// does: The analyses of one root that went on to proposals.
// mode: read
// params: root str, type str, limit int 1..50
// returns: body str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (digest), document 003 section 5
MATCH (e:LedgerEntry {root: $root})
WHERE e.type = $type
RETURN e.body AS body
ORDER BY e.seq
LIMIT $limit
