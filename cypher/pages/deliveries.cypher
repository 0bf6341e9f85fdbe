// name: pages/deliveries
// does: How many deliveries wait or were set aside, and since when the oldest of them is due; a row for each state.
// mode: read
// params: none
// returns: state str, count int, oldest_ms int
// rows: 0..3
// timeout_s: 5
// source: issue "The whole loop" (readyz, metrics)
MATCH (d:Delivery)
RETURN d.state AS state, count(d) AS count, min(d.dueMs) AS oldest_ms
ORDER BY state
LIMIT 3
