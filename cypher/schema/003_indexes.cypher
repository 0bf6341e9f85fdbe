// name: schema/003_indexes
// does: What is looked up or paged over; an index is per label. None on Delivery.state: rows come and go there, and an
// index of few words remembers all that went.
// source: GRAPH R2, R9, R17

CREATE INDEX block_key IF NOT EXISTS FOR (n:Block) ON (n.key);
CREATE INDEX block_plan IF NOT EXISTS FOR (n:Block) ON (n.plan);
CREATE INDEX block_madeon IF NOT EXISTS FOR (n:Block) ON (n.madeOn);
CREATE INDEX decision_key IF NOT EXISTS FOR (n:Decision) ON (n.key);
CREATE INDEX decision_status IF NOT EXISTS FOR (n:Decision) ON (n.status);
CREATE INDEX evidence_key IF NOT EXISTS FOR (n:Evidence) ON (n.key);
CREATE INDEX evidence_status IF NOT EXISTS FOR (n:Evidence) ON (n.status);
CREATE INDEX assumption_key IF NOT EXISTS FOR (n:Assumption) ON (n.key);
CREATE INDEX assumption_status IF NOT EXISTS FOR (n:Assumption) ON (n.status);
CREATE INDEX knowledge_key IF NOT EXISTS FOR (n:Knowledge) ON (n.key);
CREATE INDEX knowledge_status IF NOT EXISTS FOR (n:Knowledge) ON (n.status);
CREATE INDEX question_key IF NOT EXISTS FOR (n:Question) ON (n.key);
CREATE INDEX question_status IF NOT EXISTS FOR (n:Question) ON (n.status);
CREATE INDEX task_key IF NOT EXISTS FOR (n:Task) ON (n.key);
CREATE INDEX task_status IF NOT EXISTS FOR (n:Task) ON (n.status);
CREATE INDEX proposal_key IF NOT EXISTS FOR (n:Proposal) ON (n.key);
CREATE INDEX proposal_status IF NOT EXISTS FOR (n:Proposal) ON (n.status);
CREATE INDEX artifact_key IF NOT EXISTS FOR (n:Artifact) ON (n.key);
CREATE INDEX artifact_status IF NOT EXISTS FOR (n:Artifact) ON (n.status);
CREATE INDEX northstar_key IF NOT EXISTS FOR (n:NorthStar) ON (n.key);
CREATE INDEX northstar_status IF NOT EXISTS FOR (n:NorthStar) ON (n.status);
CREATE INDEX capability_key IF NOT EXISTS FOR (n:Capability) ON (n.key);
CREATE INDEX capability_status IF NOT EXISTS FOR (n:Capability) ON (n.status);
CREATE INDEX proposal_number IF NOT EXISTS FOR (n:Proposal) ON (n.number);
CREATE INDEX proposal_expiresms IF NOT EXISTS FOR (n:Proposal) ON (n.expiresMs);
CREATE INDEX proposal_approvalexpiresms IF NOT EXISTS FOR (n:Proposal) ON (n.approvalExpiresMs);
CREATE INDEX proposal_root IF NOT EXISTS FOR (n:Proposal) ON (n.root);
CREATE INDEX question_expiresms IF NOT EXISTS FOR (n:Question) ON (n.expiresMs);
CREATE INDEX gap_key IF NOT EXISTS FOR (n:Gap) ON (n.key);
CREATE INDEX gap_status IF NOT EXISTS FOR (n:Gap) ON (n.status);
CREATE INDEX gap_plan IF NOT EXISTS FOR (n:Gap) ON (n.plan);
CREATE INDEX gap_returnsms IF NOT EXISTS FOR (n:Gap) ON (n.returnsMs);
CREATE INDEX gap_olderms IF NOT EXISTS FOR (n:Gap) ON (n.olderMs);
CREATE INDEX suppression_kind IF NOT EXISTS FOR (n:Suppression) ON (n.kind);
CREATE INDEX suppression_status IF NOT EXISTS FOR (n:Suppression) ON (n.status);
CREATE INDEX suppression_atms IF NOT EXISTS FOR (n:Suppression) ON (n.atMs);
CREATE INDEX verdict_proposalid IF NOT EXISTS FOR (n:Verdict) ON (n.proposalId);
CREATE INDEX claim_status IF NOT EXISTS FOR (n:Claim) ON (n.status);
CREATE INDEX researchrun_status IF NOT EXISTS FOR (n:ResearchRun) ON (n.status);
CREATE INDEX ledgerentry_type IF NOT EXISTS FOR (n:LedgerEntry) ON (n.type);
CREATE INDEX ledgerentry_subject IF NOT EXISTS FOR (n:LedgerEntry) ON (n.subject);
CREATE INDEX ledgerentry_root IF NOT EXISTS FOR (n:LedgerEntry) ON (n.root);
CREATE INDEX ledgerentry_cause IF NOT EXISTS FOR (n:LedgerEntry) ON (n.cause);
CREATE INDEX ledgerentry_atms IF NOT EXISTS FOR (n:LedgerEntry) ON (n.atMs);
CREATE INDEX delivery_seq IF NOT EXISTS FOR (n:Delivery) ON (n.seq);
CREATE INDEX delivery_root IF NOT EXISTS FOR (n:Delivery) ON (n.root);
CREATE INDEX due_duems IF NOT EXISTS FOR (n:Due) ON (n.dueMs);
CREATE INDEX step_cause IF NOT EXISTS FOR (n:Step) ON (n.cause);
CREATE INDEX step_day IF NOT EXISTS FOR (n:Step) ON (n.day);
