// name: learning/write_intent
// does: Keep what a person wants done, or say what became of it.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 10
// stage: create
// source: issue 5 (Learning)
UNWIND $rows AS r
MERGE (i:Intent {id: r.id})
SET i += r.props
RETURN r.id AS id
