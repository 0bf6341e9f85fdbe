// name: blocks/link_requires
// does: Link blocks by REQUIRES; a link that is there already stays one.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 20
// stage: link
// source: SPEC section 6, DESIGN section 4
UNWIND $rows AS r
MATCH (a:Block {id: r.source})
MATCH (b:Block {id: r.target})
MERGE (a)-[l:REQUIRES]->(b)
SET l += r.props
RETURN r.id AS id
