// name: notifications/busy
// does: How many deliveries to the given handlers are still to come.
// mode: read
// params: handlers list[str] 1..20, state str
// returns: count int
// rows: 1
// timeout_s: 10
// source: SPEC section 5 (digest), document 003 section 5
MATCH (d:Delivery)
WHERE d.state = $state AND d.handler IN $handlers
RETURN count(d) AS count
