// name: blocks/of_plan
// does: Blocks of a plan by id, as far as an import compares them.
// mode: read
// params: ids list[str] 1..2000
// returns: id str, key int, kind str, title str, status str, import_sha256 str, imported_status str, edited bool
// rows: 0..ids
// timeout_s: 20
// source: SPEC section 6, DESIGN section 4
UNWIND $ids AS id
MATCH (b:Block {id: id})
RETURN b.id AS id, b.key AS key, b.kind AS kind, b.title AS title, b.status AS status, b.importSha256 AS import_sha256,
       b.importedStatus AS imported_status,
       coalesce(b.edited, false) AS edited
ORDER BY b.key
