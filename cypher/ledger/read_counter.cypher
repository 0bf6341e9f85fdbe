// name: ledger/read_counter
// does: Read the counter without locking it.
// mode: read
// params: none
// returns: n int, last_hash str, deliverer str, epoch int, until_ms int, proposals int, writes int
// rows: 0..1
// timeout_s: 5
// source: DESIGN section 3
MATCH (c:Counter {name: 'ledger'})
RETURN c.n AS n, c.lastHash AS last_hash, c.deliverer AS deliverer, c.epoch AS epoch, c.untilMs AS until_ms, c.proposals AS proposals,
       coalesce(c.writes, 0) AS writes
LIMIT 1
