// name: loop/set
// does: Pause the loop, or let it go on.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 5
// stage: set
// source: SPEC section 5 (pause), section 6 (vibe loop pause)
UNWIND $rows AS r
MERGE (l:Loop {id: r.id})
SET l += r.props
RETURN r.id AS id
