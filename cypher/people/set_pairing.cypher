// name: people/set_pairing
// does: Offer a code, count a try, or close it.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: set
// source: issue "Ask once on Telegram" (set-up)
UNWIND $rows AS r
MERGE (p:Pairing {id: r.id})
SET p += r.props
RETURN r.id AS id
