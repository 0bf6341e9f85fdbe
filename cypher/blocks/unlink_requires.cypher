// name: blocks/unlink_requires
// does: Take away REQUIRES links between blocks.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: unlink
// source: SPEC section 6, DESIGN section 4
UNWIND $rows AS r
MATCH (a:Block {id: r.source})-[l:REQUIRES]->(b:Block {id: r.target})
WITH l, r.id AS id
DELETE l
RETURN id
