// name: ledger/set_aside
// does: Deliveries that were set aside.
// mode: read
// params: limit int 1..1000
// returns: id str, handler str, subject str, entry str, seq int, root str, state str, attempts int, error str
// rows: 0..limit
// timeout_s: 5
// source: DESIGN section 3, bus
MATCH (d:Delivery)
WHERE d.state IN ['aside', 'asked']
RETURN d.id AS id, d.handler AS handler, d.subject AS subject, d.entry AS entry, d.seq AS seq, d.root AS root,
       d.state AS state, d.attempts AS attempts, d.error AS error
ORDER BY d.seq
LIMIT $limit
