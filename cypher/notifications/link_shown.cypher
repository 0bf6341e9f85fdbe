// name: notifications/link_shown
// does: Say which proposals a message shows, and in which version.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: link
// source: SPEC section 3
UNWIND $rows AS r
MATCH (n:Notification {id: r.note})
MATCH (p:Block {id: r.proposal})
MERGE (n)-[l:CONCERNS]->(p)
SET l.digest = r.digest, l.shownMs = r.shownMs
RETURN r.id AS id
