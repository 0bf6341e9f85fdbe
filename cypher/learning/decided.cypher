// name: learning/decided
// does: How the last proposals were decided, and what they were like; the last first.
// mode: read
// params: since datetime, limit int 1..200
// returns: proposal str, outcome str, rejection_type str, proposal_type str, effort str
// rows: 0..limit
// timeout_s: 10
// source: issue 5 (Learning)
MATCH (v:Verdict)-[:CONCERNS]->(p:Block)
WHERE v.at >= $since
RETURN p.id AS proposal, v.outcome AS outcome, v.rejectionType AS rejection_type, p.proposalType AS proposal_type,
       p.effort AS effort
ORDER BY v.at DESC, proposal
LIMIT $limit
