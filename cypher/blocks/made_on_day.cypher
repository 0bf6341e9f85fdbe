// name: blocks/made_on_day
// does: How many blocks of a kind an actor made on a day.
// mode: read
// params: kind str, day str, actor str
// returns: count int
// rows: 1
// timeout_s: 10
// source: SPEC section 4
MATCH (b:Block {kind: $kind})
WHERE b.madeOn = $day AND b.madeBy = $actor
RETURN count(b) AS count
LIMIT 1
