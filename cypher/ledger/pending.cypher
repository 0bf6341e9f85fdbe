// name: ledger/pending
// does: Deliveries that wait, in the order of their entries.
// mode: read
// params: after int, limit int 1..1000
// returns: id str, handler str, subject str, entry str, seq int, root str, due_ms int, attempts int, tick str, planned_ms int
// rows: 0..limit
// timeout_s: 5
// source: DESIGN section 3, bus
MATCH (d:Delivery {state: 'due'})
WHERE d.seq > $after
RETURN d.id AS id, d.handler AS handler, d.subject AS subject, d.entry AS entry, d.seq AS seq, d.root AS root,
       d.dueMs AS due_ms, d.attempts AS attempts, d.tick AS tick, d.plannedMs AS planned_ms
ORDER BY d.seq
LIMIT $limit
