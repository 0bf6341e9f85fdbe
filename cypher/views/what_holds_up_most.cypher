// name: views/what_holds_up_most
// does: The gaps that are open, with how many blocks lean on what they are about, the most first.
// mode: read
// params: limit int 1..1000
// returns: title str, type str, severity str, status str, leaning int, suggested_action str
// rows: 0..limit
// timeout_s: 30
// source: SPEC section 2
MATCH (g:Gap)
WHERE g.key > -1
  AND g.status IN ['open', 'proposed']
MATCH (x:Block {id: g.blockId})
WITH g, x, COUNT { MATCH (x)<-[:DEPENDS_ON|REQUIRES|DERIVED_FROM]-(d:Block) } AS leaning
RETURN x.title AS title, g.type AS type, g.severity AS severity, g.status AS status, leaning,
       g.suggestedAction AS suggested_action
ORDER BY leaning DESC, title
LIMIT $limit
