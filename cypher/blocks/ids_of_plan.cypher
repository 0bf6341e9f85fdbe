// name: blocks/ids_of_plan
// does: The ids of a plan's blocks; they are read in pages by id, as paging by key would look at the whole plan for each page.
// mode: read
// params: plan str, limit int 1..2000000
// returns: id str
// rows: 0..limit
// timeout_s: 60
// source: SPEC section 6, DESIGN section 4
MATCH (b:Block {plan: $plan})
RETURN b.id AS id
ORDER BY id
LIMIT $limit
