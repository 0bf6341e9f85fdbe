// name: loop/paused_by
// does: What an unanswered question has paused.
// mode: read
// params: question str, limit int 1..50
// returns: id str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 5 (pause by the ladder)
MATCH (l:Loop)
WHERE l.question = $question AND l.paused = true
RETURN l.id AS id
ORDER BY id
LIMIT $limit
