// name: decisions/verdict
// does: What a person said about a proposal.
// mode: read
// params: proposal str
// returns: id str, outcome str, rejection_type str, reason str, at datetime, digest str, channel str, actor str, person str, used_at datetime
// rows: 0..1
// timeout_s: 10
// source: SPEC section 3
MATCH (v:Verdict {proposalId: $proposal})
RETURN v.id AS id, v.outcome AS outcome, v.rejectionType AS rejection_type, v.reason AS reason, v.at AS at, v.digest AS digest,
       v.channel AS channel, v.actor AS actor, v.person AS person, v.usedAt AS used_at
LIMIT 1
