"""The whole system as one table: event or tick -> the handlers it wakes; command -> its one handler.

Events wake a handler; state tells it what to do. Read it from top to bottom: it is the order in which things happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vibe.domain import commands as c
from vibe.domain import learning_commands as k
from vibe.domain import work_commands as w
from vibe.domain.acts import RaiseBudget
from vibe.domain.blocks import Kind
from vibe.domain.events import Entry, EventType, Tick
from vibe.domain.notifications import AdoptMessage
from vibe.domain.packets import PacketType
from vibe.kernel import keeping, mending, sealing
from vibe.kernel.bus import Handler
from vibe.kernel.submissions import Route
from vibe.loop import (
    analyzing,
    budgeting,
    debating,
    deciding,
    escalating,
    executing,
    marking,
    measuring,
    notifying,
    pairing,
    pausing,
    permitting,
    preferring,
    proposing,
    retiring,
    revising,
    sampling,
    triggering,
)
from vibe.loop.escalating import climbing, publishing
from vibe.loop.executing import planning
from vibe.loop.notifying import (
    absences,
    adopting,
    asking,
    handing,
    reporting,
    reviewing,
    sending,
    showing,
    telling,
    updating,
    warning,
)
from vibe.plans import (
    agents,
    assessing,
    assigning,
    calling,
    changing,
    controlling,
    costing,
    decomposing,
    dispatching,
    editing,
    filing,
    importing,
    listening,
    matching,
    milestones,
    parking,
    practising,
    refining,
    reflecting,
    releasing,
    repeating,
    rerouting,
    reseeding,
    starting,
    ticketing,
    tracking,
)
from vibe.research import advancing, judging_by_person, weighing


@dataclass(frozen=True, slots=True)
class Wake:
    """A handler with how it is woken."""

    function: Handler
    route: Route


def wake(
    function: Callable[..., Any],
    *,
    debounce_s: float = 0.0,
    joins: bool = False,
    bound: int = 4,
    by_root: bool = False,
    only_if: Callable[[Entry], bool] | None = None,
) -> Wake:
    """Wake a handler; its name is `module.function`."""
    name = f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"
    return Wake(function, Route(name, debounce_s, joins, bound, by_root, only_if))


def _redone(entry: Entry) -> bool:
    """Whether a person asked for another wording instead of writing one."""
    return bool(entry.body.get("redo"))


def _may_be_evidence(entry: Entry) -> bool:
    """Whether evidence or an assumption is among what was added; other events are looked at in any case."""
    return "kinds" not in entry.body or bool({"Evidence", "Assumption"} & set(entry.body["kinds"]))


def _wants_drafts(entry: Entry) -> bool:
    """Whether an analysis was asked to go on to proposals (`vibe gaps` only looks)."""
    return bool(entry.body.get("draft"))


def _is_for_assumptions(entry: Entry) -> bool:
    """Whether evidence may be about an assumption; an answer's own evidence says that it is about a decision."""
    return Kind.ASSUMPTION.value in entry.body.get("target_kinds", [Kind.ASSUMPTION.value])


def _may_be_gate(entry: Entry) -> bool:
    """Whether tasks may wait for this proposal."""
    return bool(entry.body.get("packet", PacketType.GATE) == PacketType.GATE)


def _is_about_task(entry: Entry) -> bool:
    """Whether a task may wait for this answer."""
    return bool(entry.body.get("task", "unknown"))


def _has_remedy(entry: Entry) -> bool:
    """Whether a proposal waits for this answer, or an option of it says what is to be done."""
    return bool(entry.body.get("proposal") or entry.body.get("remedy", True))


def _is_ours(entry: Entry) -> bool:
    """Whether the loop itself asked."""
    return bool(entry.body.get("asker", "loop") == "loop")


_ANALYSE = wake(triggering.request_analysis, joins=True, debounce_s=2.0)
_SCORE = wake(analyzing.score_assumptions, joins=True, only_if=_may_be_evidence)
_ALARM = wake(analyzing.raise_alarm, only_if=analyzing.concerns_analysis)
_DRAFT = wake(proposing.draft_next, joins=True, by_root=True, bound=1, only_if=_wants_drafts)
_DRAFT_WHEN_ROOM = wake(proposing.draft_next, joins=True, by_root=True, bound=1)
_DEBATE = wake(debating.debate_proposal, bound=16)  # they wait for models; `model.parallel` bounds the calls
_RETIRE = wake(retiring.retire_proposals)
_EXECUTE = wake(executing.execute_proposal)
_FINISH = wake(executing.finish_proposal)
_QUEUE = wake(notifying.queue_item, joins=True, by_root=True)
_MEASURE = wake(measuring.measure_loop, bound=1)
_RESEARCH = wake(advancing.advance_run, bound=2)
_CLARIFIED = wake(advancing.resume_run, only_if=advancing.is_clarified)
_WEIGH = wake(weighing.withdraw_outdated, joins=True, by_root=True, bound=1)

_UPDATE = wake(updating.update_messages)
_REPORT = wake(reporting.tell_result)
_END_LADDER = wake(climbing.end_ladder)
_TELL_ENDED = wake(asking.tell_ended)
_PUBLISH = wake(publishing.post_question)
_WARN = wake(warning.warn_owner)
_SEND = wake(sending.send_message, bound=32)
_ANSWERED = wake(parking.resume_answered, only_if=_is_about_task)
_GO_ON = wake(listening.go_on_answered, only_if=listening.may_be_ours)
_BEGIN = wake(starting.begin_execution)
_ADVANCE = wake(starting.advance_execution, only_if=starting.ends_a_task)
_RELEASE = wake(releasing.release_tasks, only_if=_may_be_gate)
_RECORD = wake(matching.keep_records, joins=True, debounce_s=2.0, bound=1, only_if=matching.proves_something)
_REFLECT = wake(reflecting.show_blocked, joins=True, debounce_s=2.0, bound=1, only_if=reflecting.stops_or_goes_on)
_GO_ON_UNBLOCKED = wake(reflecting.go_on, only_if=reflecting.says_otherwise)
_CALL = wake(calling.call_agents, joins=True, bound=1, only_if=calling.brings_work)
_POST = wake(calling.post_call, bound=8)
_REROUTE = wake(rerouting.find_somebody, only_if=rerouting.puts_back)

EVENTS: Mapping[str, tuple[Wake, ...]] = {
    # something changed: look for gaps
    EventType.BLOCKS_ADDED: (_SCORE, _ANALYSE),
    EventType.BLOCKS_CHANGED: (_RETIRE, wake(retiring.retire_questions), _WEIGH, _SCORE, _ANALYSE, _GO_ON_UNBLOCKED),
    EventType.EVIDENCE_ADDED: (wake(analyzing.score_assumptions, joins=True, only_if=_is_for_assumptions), _ANALYSE),
    EventType.EVIDENCE_WITHDRAWN: (_SCORE, _ANALYSE),
    EventType.TASK_COMPLETED: (_ANALYSE,),
    EventType.TASK_FAILED: (_ANALYSE,),
    EventType.PLAN_IMPORTED: (_RETIRE, _WEIGH, _ANALYSE),
    EventType.DOCUMENTS_CHANGED: (_WEIGH,),
    EventType.SOURCE_ADDED: (_WEIGH,),
    EventType.SOURCE_REMOVED: (_WEIGH,),
    EventType.ANALYSIS_REQUESTED: (wake(analyzing.find_gaps, bound=1),),
    EventType.DELIVERY_HELD_BACK: (_ALARM,),
    EventType.DELIVERY_SET_ASIDE: (_ALARM,),
    # gaps: propose
    EventType.ANALYSIS_FINISHED: (_DRAFT,),
    EventType.GAPS_CLOSED: (_RETIRE,),
    EventType.GAP_MARKED: (_RETIRE,),
    EventType.GAPS_RETURNED: (_DRAFT_WHEN_ROOM,),
    # proposals: check, strengthen, show
    EventType.PROPOSAL_ASKED: (wake(proposing.draft_asked),),
    EventType.PROPOSAL_DRAFTED: (_DEBATE,),
    EventType.PROPOSAL_WEAK: (wake(proposing.strengthen_proposal),),
    EventType.PROPOSAL_EDITED: (wake(proposing.redraft_proposal, only_if=_redone), _UPDATE),
    EventType.PROPOSAL_REDRAFTED: (_DEBATE,),
    EventType.PROPOSAL_READY: (wake(permitting.use_permission, bound=1), _QUEUE, _UPDATE),
    # what is learnt from a person
    EventType.REMARK_KEPT: (wake(preferring.infer_from_remark, bound=1),),
    EventType.PREFERENCE_INFERRED: (wake(reviewing.ask_preference, only_if=reviewing.is_new),),
    EventType.PREFERENCE_SETTLED: (wake(reviewing.close_preference),),
    EventType.FILTERED_SAMPLED: (wake(reviewing.show_sample),),
    EventType.SAMPLE_JUDGED: (wake(reviewing.close_sample),),
    EventType.HEALTH_MEASURED: (wake(reviewing.tell_alarm, only_if=reviewing.has_raised),),
    # a place is free again
    EventType.PROPOSAL_FILTERED: (_QUEUE, _DRAFT_WHEN_ROOM, _UPDATE),
    EventType.PROPOSAL_APPROVED: (_EXECUTE, _DRAFT_WHEN_ROOM, _UPDATE),
    EventType.PROPOSAL_ALLOWED: (_EXECUTE, _DRAFT_WHEN_ROOM, _UPDATE),
    EventType.PROPOSAL_REJECTED: (
        _DRAFT_WHEN_ROOM,
        _UPDATE,
        _RELEASE,
        wake(preferring.infer_from_rejection, bound=1),
    ),
    EventType.PROPOSAL_STALE: (_DRAFT_WHEN_ROOM, _UPDATE, _RELEASE),
    EventType.PROPOSAL_EXPIRED: (_DRAFT_WHEN_ROOM, _UPDATE, _RELEASE),
    EventType.PROPOSAL_CANCELLED: (_DRAFT_WHEN_ROOM, _UPDATE, _RELEASE),
    EventType.REJECTION_UNDONE: (_DRAFT_WHEN_ROOM,),
    EventType.LOOP_RESUMED: (_DRAFT_WHEN_ROOM, _ANALYSE),
    # chats: what waits is told, goes out in order, and stays true
    EventType.PROPOSAL_EXECUTING: (_UPDATE,),
    EventType.PROPOSAL_EXECUTED: (_UPDATE, _REPORT, _RELEASE),
    EventType.PROPOSAL_FAILED: (_UPDATE, _REPORT),
    EventType.HUMAN_NOTIFIED: (wake(telling.tell_at_once, bound=1),),
    EventType.MODEL_NAMED: (_WARN,),
    EventType.BREAKER_TRIPPED: (_WARN,),
    EventType.BUDGET_SPENT: (_WARN,),
    EventType.MESSAGE_INTENDED: (_SEND,),
    EventType.MESSAGE_CHANGED: (_SEND,),
    # what was approved comes to an end
    EventType.RESEARCH_REQUESTED: (_RESEARCH,),
    EventType.RUN_ADVANCED: (_RESEARCH,),
    EventType.RESEARCH_CANCELLED: (wake(advancing.cancel_run, bound=2),),
    EventType.RESEARCH_FINISHED: (_FINISH,),
    # executions go from task to task
    EventType.PLAN_REQUESTED: (wake(decomposing.decompose_requested),),
    EventType.PLAN_READY: (_FINISH,),
    EventType.PLAN_DECOMPOSED: (wake(refining.refine_plan, bound=1, only_if=refining.needs_review),),
    EventType.EXECUTION_CREATED: (_BEGIN,),
    EventType.TICKET_CLOSED: (wake(starting.begin_execution, only_if=starting.may_begin), wake(handing.tell_closed)),
    EventType.EXECUTION_MOVED: (
        wake(starting.advance_execution, only_if=starting.may_go_on),
        wake(planning.provide_planned, only_if=planning.may_provide),
        _CALL,
    ),
    EventType.TICKETS_OPENED: (wake(assigning.assign_tickets),),
    EventType.TICKETS_ASSIGNED: (wake(handing.tell_tickets),),
    EventType.AGENT_CALLED: (_POST,),
    EventType.MILESTONE_REACHED: (wake(milestones.keep_snapshot), wake(assessing.assess_risks)),
    EventType.SNAPSHOT_KEPT: (wake(milestones.run_command, bound=1),),
    EventType.TASKS_MOVED: (_ADVANCE, _REROUTE, _RECORD, _REFLECT, _CALL),
    EventType.EVENTS_REPORTED: (
        _ADVANCE,
        _REROUTE,
        _REFLECT,
        _RECORD,
        wake(costing.watch_costs, only_if=costing.names_a_cost),
    ),
    EventType.AGENT_CHANGED: (_REROUTE,),
    EventType.ANSWER_RECORDED: (
        _ANSWERED,
        _GO_ON,
        wake(costing.go_on_paid, only_if=costing.may_be_ours),
        wake(executing.finish_proposal, only_if=_has_remedy),
        _CLARIFIED,
        wake(mending.retry_answered, only_if=_is_ours),
        _END_LADDER,
        _TELL_ENDED,
    ),
    EventType.QUESTION_EXPIRED: (_ANSWERED, _FINISH, _CLARIFIED, _END_LADDER, _TELL_ENDED),
    # questions: asked again and again, higher and higher, until they end
    EventType.QUESTION_RAISED: (wake(climbing.start_ladder),),
    EventType.QUESTION_PUBLISHED: (_PUBLISH,),
    EventType.HUMAN_ASKED: (wake(asking.ask_person),),
    EventType.QUESTION_CLARIFIED: (wake(asking.follow_up),),
    # the clock
    Tick.ANALYSIS_DUE: (_WEIGH, _ANALYSE),
    Tick.DIGEST_DUE: (wake(notifying.send_digest, bound=1),),
    Tick.HEALTH_DUE: (_MEASURE,),
    Tick.RUNG_DUE: (wake(climbing.climb_ladder, bound=1),),
    Tick.SWEEP_DUE: (
        wake(retiring.expire_proposals, bound=1),
        wake(escalating.expire_questions, bound=1),
        wake(notifying.send_owed, bound=1),
        wake(telling.tell_daily, bound=1),
        wake(sending.release_held, bound=1),
        wake(absences.watch_absence, bound=1),
        wake(marking.return_gaps, bound=1),
        wake(pausing.end_pause, bound=1),
        wake(advancing.watch_runs, bound=1),
        wake(controlling.sweep_tasks, bound=1),
        wake(controlling.sweep_executions, bound=1),
        wake(repeating.take_turn, bound=1),
        wake(listening.sweep_stuck, bound=1),
        wake(calling.call_waiting, bound=1),
        wake(sampling.sample_filtered, bound=1),
        wake(reviewing.tell_weekly, bound=1),
        _MEASURE,
    ),
}

COMMANDS: Mapping[type, Handler] = {
    c.AnalyseNow: triggering.analyse_now,
    c.MarkGap: marking.mark_gap,
    c.ProposeGap: proposing.propose_gap,
    c.BaselineGaps: marking.baseline_gaps,
    c.ImportPlan: importing.import_plan,
    c.WithdrawPlan: importing.withdraw_plan,
    c.AddBlocks: editing.add_blocks,
    c.SetBlock: editing.set_block_by_hand,
    c.AddSource: editing.add_source,
    c.RemoveSource: editing.remove_source,
    c.DecideProposal: deciding.decide_proposal,
    c.UndoRejection: deciding.undo_rejection,
    k.JudgeSample: sampling.judge_sample,
    k.SettlePreference: preferring.settle_preference,
    k.HearWords: preferring.hear_words,
    k.CloseIntent: preferring.close_wish,
    c.EditProposal: revising.edit_proposal,
    c.RedoProposal: revising.redo_proposal,
    c.CancelProposal: revising.cancel_proposal,
    c.ShowProposal: showing.show_proposal,
    c.PostponeItem: showing.postpone_item,
    c.KeepRemark: showing.keep_remark,
    AdoptMessage: adopting.adopt_message,
    RaiseBudget: budgeting.raise_budget,
    c.GivePermission: permitting.give_permission,
    c.RevokePermission: permitting.revoke_permission,
    c.RaiseQuestion: escalating.raise_question,
    c.AnswerQuestion: escalating.record_answer,
    c.PauseLoop: pausing.pause_loop,
    c.ResumeLoop: pausing.resume_loop,
    c.OfferPairing: pairing.offer_pairing,
    c.PairPerson: pairing.pair_person,
    c.DismissPerson: pairing.dismiss_person,
    c.JudgeCandidate: judging_by_person.judge_candidate,
    c.WithdrawEvidence: judging_by_person.withdraw_evidence,
    c.RecordBackup: keeping.record_backup,
    w.SealEntries: sealing.seal_entries,
    c.MendDelivery: mending.mend_delivery,
    c.DecomposePlan: decomposing.decompose_plan,
    c.StartExecution: starting.start_execution,
    c.MoveExecution: controlling.move_execution,
    c.RegisterAgent: agents.register_agent,
    w.RotateKey: agents.rotate_key,
    w.SetWebhook: calling.set_webhook,
    w.RevokeAgent: agents.revoke_agent,
    c.SignOfLife: dispatching.renew_leases,
    c.ClaimWork: dispatching.claim_work,
    c.RefuseTask: dispatching.refuse_task,
    c.ReportEvents: tracking.report_events,
    c.AskAboutTask: parking.ask_about_task,
    c.ResolveTicket: ticketing.resolve_ticket,
    w.LimitPlan: costing.limit_plan,
    w.RepeatPlan: repeating.repeat_plan,
    w.StartAnew: reseeding.start_anew,
    w.ChangeExecution: changing.change_execution,
    w.KeepFile: filing.keep_file,
    w.TakeReply: parking.take_reply,
    w.AssignTicket: assigning.assign_ticket,
    w.AssignRole: assigning.assign_role,
    w.SendPractice: practising.send_practice,
}


FROM_MEMORY = frozenset({c.ClaimWork, c.ReportEvents, c.SignOfLife})
"""Commands of busy agents: their handlers read through the board (`plans.board`), which answers from memory."""

UNHURRIED = frozenset({_SEND.route.handler, _PUBLISH.route.handler, _POST.route.handler})
"""Whose deliveries nobody waits for who asked for what led to them: a channel that is away holds up no command."""


def routes() -> dict[str, tuple[Route, ...]]:
    """The table as the ledger reads it: event type -> routes."""
    return {str(event): tuple(item.route for item in items) for event, items in EVENTS.items()}


def handlers() -> dict[str, Handler]:
    """The table as the bus reads it: handler name -> function."""
    return {item.route.handler: item.function for items in EVENTS.values() for item in items}
