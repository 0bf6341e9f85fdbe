// name: ledger/start_counter
// does: Make the counter the first time.
// mode: write
// params: last_hash str
// returns: name str
// rows: 1
// timeout_s: 5
// stage: book
// source: DESIGN section 3
MERGE (c:Counter {name: 'ledger'})
ON CREATE SET c.n = 0, c.lastHash = $last_hash, c.deliverer = '', c.epoch = 0, c.untilMs = 0, c.proposals = 0
RETURN c.name AS name
