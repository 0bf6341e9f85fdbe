// name: ledger/advance
// does: Set the counter to the last entry written, and count the write.
// mode: write
// params: n int, last_hash str, proposals int, writes int
// returns: n int
// rows: 1
// timeout_s: 5
// stage: book
// source: DESIGN section 3
MATCH (c:Counter {name: 'ledger'})
SET c.n = $n, c.lastHash = $last_hash, c.proposals = $proposals, c.writes = $writes
RETURN c.n AS n
