// name: ledger/take_turn
// does: Write down who delivers, in which epoch, until when.
// mode: write
// params: deliverer str, epoch int, until_ms int
// returns: epoch int
// rows: 1
// timeout_s: 5
// stage: book
// source: DESIGN section 3, who delivers
MATCH (c:Counter {name: 'ledger'})
SET c.deliverer = $deliverer, c.epoch = $epoch, c.untilMs = $until_ms
RETURN c.epoch AS epoch
