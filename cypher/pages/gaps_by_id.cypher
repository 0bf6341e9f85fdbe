// name: pages/gaps_by_id
// does: Gaps by id, with the block each is about.
// mode: read
// params: ids list[str] 1..500
// returns: id str, type str, severity str, score int, status str, description str, suggested_action str, block_id str, block_title str, block_kind str, file str, line int, plan str
// rows: 0..ids
// timeout_s: 10
// source: issue "The whole loop" (Page)
UNWIND $ids AS id
MATCH (g:Gap {id: id})
OPTIONAL MATCH (b:Block {id: g.blockId})
RETURN g.id AS id, g.type AS type, g.severity AS severity, g.score AS score, g.status AS status, g.description AS description,
       g.suggestedAction AS suggested_action, g.blockId AS block_id, b.title AS block_title, b.kind AS block_kind,
       b.file AS file, b.line AS line, g.plan AS plan
ORDER BY score DESC, id
