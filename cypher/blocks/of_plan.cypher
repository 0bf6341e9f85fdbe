// name: blocks/of_plan
// does: A page of a plan's blocks, as far as an import compares them.
// mode: read
// params: plan str, after int, limit int 1..2000
// returns: id str, key int, kind str, title str, status str, import_sha256 str, imported_status str, edited bool
// rows: 0..limit
// timeout_s: 20
// source: SPEC section 6, DESIGN section 4
MATCH (b:Block {plan: $plan})
WHERE b.key > $after
RETURN b.id AS id, b.key AS key, b.kind AS kind, b.title AS title, b.status AS status, b.importSha256 AS import_sha256,
       b.importedStatus AS imported_status,
       coalesce(b.edited, false) AS edited
ORDER BY b.key
LIMIT $limit
