// name: debates/create_round
// does: Write rounds down, with every position.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: create
// source: SPEC section 3
UNWIND $rows AS r
CREATE (n:Round {id: r.id})
SET n += r.props
RETURN r.id AS id
