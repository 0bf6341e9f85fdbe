// name: proposals/rejections
// does: What was rejected and still holds, the latest first.
// mode: read
// params: status str, limit int 1..10000
// returns: id str, kind str, title str, approach str, gap_ids list[str], gap_scores list[int], number int, until datetime, reason str
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 7
MATCH (s:Suppression)
WHERE s.status = $status
RETURN s.id AS id, s.kind AS kind, s.title AS title, s.approach AS approach, s.gapIds AS gap_ids,
       s.gapScores AS gap_scores, s.number AS number, s.until AS until, s.reason AS reason
ORDER BY s.atMs DESC
LIMIT $limit
