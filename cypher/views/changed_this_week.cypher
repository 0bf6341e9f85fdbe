// name: views/changed_this_week
// does: What changed since an instant (a week ago, where none is given), the latest first; blocks with their fields before and after.
// mode: read
// params: after_ms int, limit int 1..1000
// returns: seq int, at str, what str, about str, who str, told str
// rows: 0..limit
// timeout_s: 30
// source: DESIGN section 3
// the body's first part is what happened: the ids, and for blocks title, before and after
MATCH (e:LedgerEntry)
WHERE e.atMs > $after_ms
  AND e.type IN ['BlocksAdded', 'BlocksChanged', 'PlanImported', 'PlanWithdrawn', 'EvidenceAdded', 'EvidenceWithdrawn',
                 'TaskCompleted', 'TaskFailed', 'GapsFound', 'GapsClosed', 'GapMarked', 'ProposalApproved',
                 'ProposalRejected', 'ProposalExecuted', 'AnswerRecorded']
RETURN e.seq AS seq, e.atText AS at, e.type AS what, e.subject AS about, e.actor AS who,
       substring(e.body, 0, 2000) AS told
ORDER BY seq DESC
LIMIT $limit
