// name: ledger/pending_of_root
// does: Deliveries of one root that wait, and those that joined it.
// mode: read
// params: root str, limit int 1..1000
// returns: id str, handler str, subject str, entry str, seq int, root str, due_ms int, attempts int, tick str, planned_ms int
// rows: 0..limit
// timeout_s: 5
// source: DESIGN section 3, bus
MATCH (d:Delivery {state: 'due'})
WHERE d.root = $root OR $root IN coalesce(d.roots, [])
RETURN d.id AS id, d.handler AS handler, d.subject AS subject, d.entry AS entry, d.seq AS seq, d.root AS root,
       d.dueMs AS due_ms, d.attempts AS attempts, d.tick AS tick, d.plannedMs AS planned_ms
ORDER BY d.seq
LIMIT $limit
