// name: pages/evidence_of_gaps
// does: What speaks for and against the blocks that gaps are about; one row a gap and piece of evidence.
// mode: read
// params: ids list[str] 1..500
// returns: gap_id str, id str, quote str, text str, file str, line int, stance str, origin str
// rows: 0..1000
// timeout_s: 10
// source: issue "The whole loop" (Page)
UNWIND $ids AS id
MATCH (g:Gap {id: id})
MATCH (b:Block {id: g.blockId})<-[l:SUPPORTS|EVIDENCE_FOR|CONTRADICTS]-(e:Block)
WHERE e.status <> 'withdrawn'
RETURN g.id AS gap_id, e.id AS id, e.quote AS quote, coalesce(e.content, e.title) AS text, e.file AS file, e.line AS line,
       CASE type(l) WHEN 'CONTRADICTS' THEN 'contradicts' ELSE 'supports' END AS stance, e.origin AS origin
ORDER BY stance, id
LIMIT 1000
