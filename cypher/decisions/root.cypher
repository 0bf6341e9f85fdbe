// name: decisions/root
// does: The root of the entry with which a proposal was decided.
// mode: read
// params: proposal str, types list[str] 1..5
// returns: root str
// rows: 0..1
// timeout_s: 10
// source: SPEC section 3
MATCH (e:LedgerEntry {subject: $proposal})
WHERE e.type IN $types
RETURN e.root AS root
LIMIT 1
