"""What can happen: every event type with what its body holds, and the ledger's entry.

Events are past tense. `...Due` ticks are spoken by the clock: they wake handlers and make no entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Tick(StrEnum):
    """What the clock says. A tick's id is its name and planned time: twice is once."""

    ANALYSIS_DUE = "AnalysisDue"  # daily: everything, against the NorthStar
    DIGEST_DUE = "DigestDue"  # daily: what waits for the person
    HEALTH_DUE = "HealthDue"  # hourly
    SWEEP_DUE = "SweepDue"  # each minute: expiries, returns, stuck work, what was held back
    RUNG_DUE = "RungDue"  # each minute, or as often as the smallest rung needs: the ladder


class EventType(StrEnum):
    """What happened. The comment names the body's fields."""

    # blocks and plans
    BLOCKS_ADDED = "BlocksAdded"  # ids, kinds, plan?
    BLOCKS_CHANGED = "BlocksChanged"  # ids, plan?, changes: [{id, title, before, after}] (a summary for analysts)
    PLAN_IMPORTED = "PlanImported"  # plan, counts
    DOCUMENTS_CHANGED = "DocumentsChanged"  # plan, files (an import brought other documents than the last one)
    PLAN_WITHDRAWN = "PlanWithdrawn"  # plan, ids
    SOURCE_ADDED = "SourceAdded"  # file, sha256
    SOURCE_REMOVED = "SourceRemoved"  # file
    EVIDENCE_ADDED = "EvidenceAdded"  # ids (evidence), targets (what it is about)
    EVIDENCE_WITHDRAWN = "EvidenceWithdrawn"  # ids, targets, reason
    TASK_COMPLETED = "TaskCompleted"  # ids
    TASK_FAILED = "TaskFailed"  # ids
    # what is learnt from a person
    PREFERENCE_INFERRED = "PreferenceInferred"  # preference, statement, quote, sources (blocks), new: bool
    PREFERENCE_SETTLED = "PreferenceSettled"  # preference, status: active | declined, by
    INTENT_KEPT = "IntentKept"  # intent, by (what a person wants done; nothing is done by it)
    INTENT_CLOSED = "IntentClosed"  # intent, by
    # analysis
    ANALYSIS_REQUESTED = "AnalysisRequested"  # scope: "all" | "touched", ids, rules?, draft: bool, wake (see FINISHED)
    ANALYSIS_FINISHED = "AnalysisFinished"  # scope, wake: daily|command|outside|loop, found, closed, draft, warnings
    ANALYSIS_FAILED = "AnalysisFailed"  # rule?, reason
    ASSUMPTIONS_SCORED = "AssumptionsScored"  # items: [{id, before, after}] (ratio of its evidence that is for it)
    GAPS_FOUND = "GapsFound"  # items: [{id, rule, block, severity}]
    GAPS_CLOSED = "GapsClosed"  # items: [{id, rule, block, reason}]
    GAP_MARKED = "GapMarked"  # gap, mark: evidence | accept | noise | real, status, reason?, until?
    GAPS_RETURNED = "GapsReturned"  # items: [{id, block}] (suppressed until now)
    GAP_SKIPPED = "GapSkipped"  # gap, kind: avoided | failed, reason, like? (suppression), number?
    GAPS_BASELINED = "GapsBaselined"  # ids, undo: bool
    # proposals
    PROPOSAL_ASKED = "ProposalAsked"  # gap (a person wants a proposal for it now)
    PROPOSAL_DRAFTED = "ProposalDrafted"  # number, gaps
    DEBATE_OPENED = "DebateOpened"  # number, round, digest
    PROPOSAL_WEAK = "ProposalWeak"  # number, round
    PROPOSAL_REDRAFTED = "ProposalRedrafted"  # number, round, digest, before, why: weak | words
    PROPOSAL_READY = "ProposalReady"  # number, uncertain
    PROPOSAL_FILTERED = "ProposalFiltered"  # number, reason
    FILTERED_SAMPLED = "FilteredSampled"  # number (drawn by lot and put before the person)
    SAMPLE_JUDGED = "SampleJudged"  # number, answer: right | wrong, by
    PROPOSAL_VAGUE = "ProposalVague"  # number, reason
    PROPOSAL_EDITED = "ProposalEdited"  # number, version, digest, before? | redo (then the proposer drafts anew)
    PROPOSAL_APPROVED = "ProposalApproved"  # number, digest, by, channel
    PROPOSAL_ALLOWED = "ProposalAllowed"  # number, digest, permission, by (a standing permission covers it)
    PERMISSION_GIVEN = "PermissionGiven"  # permission, what, cap, by
    PERMISSION_REVOKED = "PermissionRevoked"  # permission, what
    PROPOSAL_REJECTED = "ProposalRejected"  # number, rejection_type, by, channel
    PROPOSAL_STALE = "ProposalStale"  # number, reason
    PROPOSAL_EXPIRED = "ProposalExpired"  # number, was, reason
    PROPOSAL_CANCELLED = "ProposalCancelled"  # number
    PROPOSAL_EXECUTING = "ProposalExecuting"  # number
    PROPOSAL_EXECUTED = "ProposalExecuted"  # number, outcome
    PROPOSAL_FAILED = "ProposalFailed"  # number, reason
    REJECTION_UNDONE = "RejectionUndone"  # suppression, gaps
    HUMAN_NOTIFIED = "HumanNotified"  # notification, items (proposal numbers), channel, header, at_once
    # messages to chats
    MESSAGE_INTENDED = "MessageIntended"  # notification, kind
    MESSAGE_CHANGED = "MessageChanged"  # notification, kind (it is to show something else)
    MESSAGE_SENT = "MessageSent"  # notification, ids (the channel's own)
    MESSAGE_EDITED = "MessageEdited"  # notification, revision
    MESSAGE_ADOPTED = "MessageAdopted"  # notification, message, by (a copy whose id was never recorded)
    MESSAGE_DROPPED = "MessageDropped"  # notification, reason
    ITEM_POSTPONED = "ItemPostponed"  # number, until, by
    REMARK_KEPT = "RemarkKept"  # remark, number?, by
    # research
    RESEARCH_REQUESTED = "ResearchRequested"  # run, proposal
    RUN_ADVANCED = "RunAdvanced"  # run, before, after, batches
    RESEARCH_CANCELLED = "ResearchCancelled"  # run, number, reason, by (the run is to end)
    GATE_FAILED = "GateFailed"  # run, gate, remedy
    RESEARCH_FINISHED = "ResearchFinished"  # run, proposal, outcome, searched, evidence, candidates, reason?
    CANDIDATE_JUDGED = "CandidateJudged"  # candidate, stance, by, claim
    CANDIDATES_OUTDATED = "CandidatesOutdated"  # ids
    # questions
    QUESTION_RAISED = "QuestionRaised"  # question, asker
    QUESTION_CLARIFIED = "QuestionClarified"  # question, asker, follow_up (an answer was unclear)
    ANSWER_RECORDED = "AnswerRecorded"  # question, decision, asker, proposal?, task?, kind, option?, matched
    QUESTION_EXPIRED = "QuestionExpired"  # question, proposal?
    HUMAN_ASKED = "HumanAsked"  # question, action (ask | urgent | pause | again), n (the rung)
    QUESTION_PUBLISHED = "QuestionPublished"  # question, words, asker, task?, urgency, n
    # agents and executions
    AGENT_REGISTERED = "AgentRegistered"  # agent, name, actions, key_id, public_key?
    AGENT_CHANGED = "AgentChanged"  # agent, what: key (key_id) | revoked | webhook (url) | parked, reason?
    TEAM_CHANGED = "TeamChanged"  # plan, role, person
    AGENT_CALLED = "AgentCalled"  # agent, why (it is told at its address)
    PLAN_REQUESTED = "PlanRequested"  # plan, proposal, digest (an approved proposal's tasks are to be broken down)
    PLAN_READY = "PlanReady"  # plan, proposal, outcome (they are)
    PLAN_DECOMPOSED = "PlanDecomposed"  # plan, ids (task blocks), sure, review, problems
    BREAKDOWNS_REFINED = "BreakdownsRefined"  # plan, ids, sure, review (by a model)
    EXECUTION_CREATED = "ExecutionCreated"  # execution, plan, agent?, from?, snapshot?
    EXECUTION_MOVED = "ExecutionMoved"  # execution, plan, before, after, by?, reason?, tasks?
    EXECUTION_CHANGED = "ExecutionChanged"  # execution, plan, diff, added, changed, left_out (numbers of tasks)
    PLAN_LIMITED = "PlanLimited"  # plan, limit_usd?
    PLAN_REPEATED = "PlanRepeated"  # plan, cron?, next_at?
    TURN_TAKEN = "TurnTaken"  # plan, next_at, execution? | skipped (why this turn of a recurring plan was not begun)
    MILESTONE_REACHED = "MilestoneReached"  # execution, plan, name, section?, task?
    SNAPSHOT_KEPT = "SnapshotKept"  # folder (its subject), execution, plan, milestone, files: {name: sha256}
    REPORT_RUN = "ReportRun"  # folder, execution, ok, code, said
    RISKS_ASSESSED = "RisksAssessed"  # execution, plan, milestone, scenarios: [{name, says, because, existential}]
    TASKS_MOVED = "TasksMoved"  # execution, plan, items: [{id, block, title, before, after, agent?, attempt, why?}]
    EVENTS_REPORTED = "EventsReported"  # execution, plan, reports: [...], items: as in TasksMoved
    FILE_KEPT = "FileKept"  # execution, plan, name, sha256, size_bytes
    TICKETS_OPENED = "TicketsOpened"  # execution?, plan, items: [{id, kind, task?, title}]
    TICKETS_ASSIGNED = "TicketsAssigned"  # execution?, plan, items: [{id, kind, responsible}], by
    TICKET_CLOSED = "TicketClosed"  # ticket, kind, resolution, task?, plan, execution?, note?
    # the gate
    ACT_INTENDED = "ActIntended"  # step, what, tier, inputs, cost
    ACT_DONE = "ActDone"  # step, what, calls, outputs, result_sha256, verification
    ACT_FAILED = "ActFailed"  # step, what, name, why, tokens, cost_usd, estimated
    ACT_REFUSED = "ActRefused"  # step, what, reason
    # the model
    MODEL_NAMED = "ModelNamed"  # server, what: [...] (before the first call that leaves this machine)
    BREAKER_TRIPPED = "BreakerTripped"  # what, failures, why (the rules stand in)
    BREAKER_CLOSED = "BreakerClosed"  # what
    BUDGET_SPENT = "BudgetSpent"  # day, said
    BUDGET_RAISED = "BudgetRaised"  # day, usd, tokens (in all for that day), by
    # the daemon
    DELIVERY_HELD_BACK = "DeliveryHeldBack"  # delivery, handler, error
    DELIVERY_SET_ASIDE = "DeliverySetAside"  # delivery, handler, error
    DELIVERY_MENDED = "DeliveryMended"  # delivery, handler, how
    PAIRING_OFFERED = "PairingOffered"  # until
    PERSON_PAIRED = "PersonPaired"  # person, by
    PERSON_DISMISSED = "PersonDismissed"  # person, by
    LOOP_PAUSED = "LoopPaused"  # reason, by, until?, plan?, question?
    LOOP_RESUMED = "LoopResumed"  # by, plan?, question?
    HEALTH_MEASURED = "HealthMeasured"  # trouble, alarms: {kind: words}, raised: kinds that are new
    WEEK_TOLD = "WeekTold"  # notification (how the loop did, on the page)
    ENTRIES_SEALED = "EntriesSealed"  # count, first, last (numbers of entries whose bodies the mirror alone holds now)
    BACKUP_MADE = "BackupMade"  # file, sha256, entries (how far its ledger goes at least)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to `subject` (an id); `body` is plain JSON data."""

    type: str
    subject: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One ledger entry as handlers see it; for a tick `seq` is 0 and `id` is its name and planned time.

    `cause` is the entry that led here and `root` the first of that line; for what comes from outside both are the
    entry's own id. `body` is the event's body.
    """

    seq: int
    id: str
    type: str
    subject: str
    actor: str
    at: datetime
    cause: str
    root: str
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_from_loop(self) -> bool:
        """Whether the loop itself did it (so that its own writes do not wake it in circles)."""
        return self.actor == "loop"
