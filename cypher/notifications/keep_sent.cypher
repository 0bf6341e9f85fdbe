// name: notifications/keep_sent
// does: Keep which sent message belongs to which.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: create
// source: SPEC section 3
UNWIND $rows AS r
MERGE (m:Sent {id: r.id})
SET m.notification = r.notification
RETURN r.id AS id
