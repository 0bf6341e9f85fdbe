// name: notifications/waiting_proposals
// does: How many proposals wait for the person.
// mode: read
// params: status str
// returns: count int
// rows: 1
// timeout_s: 10
// source: SPEC section 5 (digest), document 003 section 5
MATCH (p:Proposal)
WHERE p.status = $status
RETURN count(p) AS count
