// name: notifications/write
// does: Keep what is put before the person.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: set
// source: SPEC section 5 (digest), document 003 section 5
UNWIND $rows AS r
MERGE (n:Notification {id: r.id})
SET n += r.props
RETURN r.id AS id
