// name: inbox/done
// does: Close what was dealt with, and forget its words.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: book
// source: issue "Ask once on Telegram" (nothing lost)
UNWIND $rows AS r
MATCH (i:Inbox {id: r.id})
SET i.state = r.state, i.raw = ''
RETURN r.id AS id
