// name: research/list
// does: Research runs, the newest first.
// mode: read
// params: limit int 1..1000
// returns: id str, state str, outcome str, question str, file str, started_at datetime, proposal_number int
// rows: 0..limit
// timeout_s: 10
// source: SPEC sections 1, 2 and 6
MATCH (n:ResearchRun)
RETURN n.id AS id, n.state AS state, n.outcome AS outcome, n.question AS question, n.file AS file,
       n.startedAt AS started_at, n.proposalNumber AS proposal_number
ORDER BY started_at DESC, id
LIMIT $limit
