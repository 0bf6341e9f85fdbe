// name: inbox/keep
// does: Keep what was said to us; what is kept already stays as it is.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: book
// source: issue "Ask once on Telegram" (nothing lost)
UNWIND $rows AS r
MERGE (i:Inbox {id: r.id})
ON CREATE SET i.n = r.n, i.raw = r.raw, i.state = r.state, i.atMs = r.at_ms
RETURN r.id AS id
