// name: blocks/create_proposal
// does: Make Proposal blocks.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: create
// source: SPEC section 6, DESIGN section 4
UNWIND $rows AS r
CREATE (b:Block:Proposal {id: r.id, key: r.key})
SET b += r.props
RETURN r.id AS id
