// name: tickets/create
// does: Make tickets.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: create
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $rows AS r
CREATE (n:Ticket {id: r.id})
SET n += r.props
RETURN r.id AS id
