// name: executions/limited
// does: Executions that were paused at their plan's limit and wait for this answer.
// mode: read
// params: question str, limit int 1..500
// returns: id str
// rows: 0..limit
// timeout_s: 5
// source: issue "Plans that get done" (costs)
MATCH (n:Execution {status: 'paused'})
WHERE n.limitQuestion = $question
RETURN n.id AS id
ORDER BY id
LIMIT $limit
