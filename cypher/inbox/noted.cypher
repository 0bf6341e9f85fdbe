// name: inbox/noted
// does: How a channel was when it was last noted.
// mode: read
// params: id str
// returns: trouble str, detail str, bot str, at_ms int
// rows: 0..1
// timeout_s: 10
// source: issue "Ask once on Telegram" (nothing lost)
MATCH (c:Channel {id: $id})
RETURN c.trouble AS trouble, c.detail AS detail, c.bot AS bot, c.atMs AS at_ms
LIMIT 1
