// name: ledger/lock
// does: Lock the counter, so that nobody else writes the ledger until this transaction ends; read it, and which of these entries are there already.
// mode: write
// params: nonce str, ids list[str] 0..500
// returns: n int, last_hash str, deliverer str, epoch int, until_ms int, proposals int, writes int, known list[map]
// rows: 1
// timeout_s: 20
// stage: book
// source: DESIGN section 3, GRAPH R10
MATCH (c:Counter {name: 'ledger'})
SET c.lock = $nonce
RETURN c.n AS n, c.lastHash AS last_hash, c.deliverer AS deliverer, c.epoch AS epoch, c.untilMs AS until_ms, c.proposals AS proposals,
       coalesce(c.writes, 0) AS writes,
       COLLECT { UNWIND $ids AS id MATCH (e:LedgerEntry {id: id}) RETURN {id: e.id, seq: e.seq, root: e.root, body: e.body} } AS known
