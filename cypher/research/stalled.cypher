// name: research/stalled
// does: Runs in some states that have stood still since an instant though nothing waits to move them, and how often
//   they were woken for it. A run whose turn has not come yet does not stand still.
// mode: read
// params: before datetime, states list[str], limit int 1..100
// returns: id str, state str, stalls int
// rows: 0..limit
// timeout_s: 10
// source: document 004 section 7
MATCH (n:ResearchRun)
WHERE n.state IN $states AND coalesce(n.advancedAt, n.startedAt) < $before
  AND NOT EXISTS { MATCH (d:Delivery {state: 'due'}) WHERE d.subject = n.id }
RETURN n.id AS id, n.state AS state, coalesce(n.stalls, 0) AS stalls
ORDER BY id
LIMIT $limit
