// name: inbox/note
// does: Note how a channel is.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: book
// source: issue "Ask once on Telegram" (nothing lost)
UNWIND $rows AS r
MERGE (c:Channel {id: r.id})
SET c += r.props
RETURN r.id AS id
