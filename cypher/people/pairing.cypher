// name: people/pairing
// does: The code that lets a person in, as its hash.
// mode: read
// params: id str
// returns: code_sha256 str, state str, until_ms int, tries_left int
// rows: 0..1
// timeout_s: 10
// source: issue "Ask once on Telegram" (set-up)
MATCH (p:Pairing {id: $id})
RETURN p.codeSha256 AS code_sha256, p.state AS state, p.untilMs AS until_ms, p.triesLeft AS tries_left
LIMIT 1
