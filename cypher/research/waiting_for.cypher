// name: research/waiting_for
// does: Runs that wait for the answer to a question.
// mode: read
// params: question str, limit int 1..10
// returns: id str
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (n:ResearchRun)
WHERE n.questionId = $question
RETURN n.id AS id
ORDER BY id
LIMIT $limit
