// name: notifications/last_shown
// does: The versions of a proposal that a person was shown, the latest first.
// mode: read
// params: person str, number int, limit int 1..50
// returns: digest str, at_ms int, id str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 3 (a typed number binds to the version last shown)
MATCH (p:Proposal {number: $number})<-[l:CONCERNS]-(n:Notification)
WHERE n.person = $person AND n.sentMs IS NOT NULL
RETURN l.digest AS digest, l.shownMs AS at_ms, n.id AS id
ORDER BY at_ms DESC, id
LIMIT $limit
