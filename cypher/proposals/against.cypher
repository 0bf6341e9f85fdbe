// name: proposals/against
// does: Evidence against the given blocks that still counts.
// mode: read
// params: ids list[str] 1..50, limit int 1..50
// returns: id str, block_id str, quote str, file str, line int, at datetime, private bool
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 3
UNWIND $ids AS wanted
MATCH (x:Block {id: wanted})<-[:CONTRADICTS]-(e:Evidence)
WHERE e.status <> 'withdrawn'
RETURN e.id AS id, x.id AS block_id, coalesce(e.quote, e.content, e.title) AS quote, e.file AS file, e.line AS line,
       e.createdAt AS at, coalesce(e.private, false) AS private
ORDER BY at DESC, id
LIMIT $limit
