"""Telling: a ledger entry as a sentence. Pure; unknown kinds of entries are told by their name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from vibe.domain.canonical import from_json
from vibe.edges.pages.words import REJECTIONS, count

Body = Mapping[str, Any]


def event_of(row: Mapping[str, Any]) -> Body:
    """The event's own fields of an entry."""
    body = from_json(row["body"])
    event = body.get("event", body) if isinstance(body, Mapping) else {}
    return event if isinstance(event, Mapping) else {}


def sentence(kind: str, body: Body) -> str:
    """Tell what happened."""
    tell = _TOLD.get(kind)
    if tell is not None:
        return tell(body)
    plain = re.sub(r"(?<!^)(?=[A-Z])", " ", kind).capitalize()
    return f"{plain}{_number(body)}{_why(body)}"


def proposal_number(body: Body) -> int | None:
    """The proposal an entry is about."""
    number = body.get("number")
    return number if isinstance(number, int) else None


def _number(body: Body) -> str:
    return f" #{body['number']}" if isinstance(body.get("number"), int) else ""


def _why(body: Body) -> str:
    reason = body.get("reason")
    return f": {reason}" if isinstance(reason, str) and reason else ""


def _items(body: Body, key: str) -> int:
    found = body.get(key)
    return len(found) if isinstance(found, list) else 0


def _plain(word: object) -> str:
    return str(word).replace("_", " ")


def _about(name: str) -> Callable[[Body], str]:
    """A sentence with the proposal's number and the reason, where there are any."""
    return lambda body: f"Proposal{_number(body)} {name}{_why(body)}."


def _rejected(body: Body) -> str:
    kind = REJECTIONS.get(str(body.get("rejection_type")), ("",))[0].lower()
    return f"Proposal{_number(body)} was rejected{': ' + kind if kind else ''}."


def _analysis(body: Body) -> str:
    found, closed = (_sum(body.get(name)) for name in ("found", "closed"))
    return f"Analysis finished: {found} found, {closed} closed."


def _sum(value: object) -> int:
    if isinstance(value, Mapping):
        return sum(item for item in value.values() if isinstance(item, int))
    return value if isinstance(value, int) else len(value) if isinstance(value, list) else 0


def _moved(body: Body) -> str:
    items = body.get("items") or []
    if len(items) != 1 or not items[0].get("title"):
        return f"{count(len(items), 'task')} moved."
    item = items[0]
    why = f" ({item['why']})" if item.get("why") else ""
    return f"{item['title']}: {_plain(item['before'])} to {_plain(item['after'])}{why}."


def _reported(body: Body) -> str:
    kinds = sorted({_plain(str(row.get("event_type")).removeprefix("task_")) for row in body.get("reports") or ()})
    moved = f" {_moved(body)}" if body.get("items") else ""
    return f"Reported: {', '.join(kinds)}.{moved}"


def _changed(body: Body) -> str:
    told = [f"{_items(body, key)} {_plain(key)}" for key in ("added", "changed", "left_out") if _items(body, key)]
    return f"The plan was changed while it is carried out: {', '.join(told)}."


def _assessed(body: Body) -> str:
    grave = sum(bool(row.get("existential")) for row in body.get("scenarios") or ())
    return f"{count(_items(body, 'scenarios'), 'scenario')} apply" + (
        f", {grave} could end the plan." if grave else "."
    )


_TOLD: Mapping[str, Callable[[Body], str]] = {
    "BlocksAdded": lambda body: (
        f"{count(_items(body, 'ids'), 'block')} added" + (f" to {body['plan']}." if body.get("plan") else ".")
    ),
    "BlocksChanged": lambda body: (
        f"{count(_items(body, 'ids'), 'block')} changed" + (f" in {body['plan']}." if body.get("plan") else ".")
    ),
    "PlanImported": lambda body: f"Plan {body.get('plan')} imported.",
    "DocumentsChanged": lambda body: f"The documents of {body.get('plan')} changed.",
    "PlanWithdrawn": lambda body: f"Plan {body.get('plan')} withdrawn, {count(_items(body, 'ids'), 'block')}.",
    "SourceAdded": lambda body: f"Document {body.get('file')} added.",
    "SourceRemoved": lambda body: f"Document {body.get('file')} removed.",
    "EvidenceAdded": lambda body: f"{count(_items(body, 'ids'), 'piece')} of evidence written.",
    "EvidenceWithdrawn": lambda body: f"{count(_items(body, 'ids'), 'piece')} of evidence withdrawn{_why(body)}.",
    "AnalysisRequested": lambda body: (
        "Analysis asked for"
        + (" over everything." if body.get("scope") == "all" else f" of {count(_items(body, 'ids'), 'block')}.")
    ),
    "AnalysisFinished": _analysis,
    "GapsFound": lambda body: f"{count(_items(body, 'items'), 'gap')} found.",
    "GapsClosed": lambda body: f"{count(_items(body, 'items'), 'gap')} closed.",
    "GapMarked": lambda body: f"A gap was marked: {body.get('mark')}.",
    "GapSkipped": lambda body: f"A gap was left out{_why(body)}.",
    "GapsBaselined": lambda body: f"{count(_items(body, 'ids'), 'gap')} taken as known.",
    "ProposalAsked": lambda _: "A proposal for a gap was asked for.",
    "ProposalDrafted": _about("was drafted"),
    "ProposalReady": lambda body: (
        f"Proposal{_number(body)} passed its checks" + (", which could not agree." if body.get("uncertain") else ".")
    ),
    "ProposalWeak": _about("was sent back to be strengthened"),
    "ProposalFiltered": _about("did not pass its checks"),
    "ProposalVague": _about("was too vague to be checked"),
    "ProposalEdited": _about("was changed"),
    "ProposalApproved": _about("was approved"),
    "ProposalRejected": _rejected,
    "ProposalStale": _about("went out of date"),
    "ProposalExpired": _about("expired"),
    "ProposalCancelled": _about("was taken back"),
    "ProposalExecuting": _about("is being carried out"),
    "ProposalExecuted": lambda body: (
        f"Proposal{_number(body)} was carried out"
        + (f": {_plain(body['outcome'])}." if isinstance(body.get("outcome"), str) else ".")
    ),
    "ProposalFailed": _about("failed"),
    "RejectionUndone": lambda _: "A rejection was taken back.",
    "HumanNotified": lambda body: f"You were told of {count(_items(body, 'items'), 'item')}.",
    "ResearchRequested": lambda _: "A research run was asked for.",
    "ResearchCancelled": lambda body: f"The research of proposal{_number(body)} was stopped{_why(body)}.",
    "RunAdvanced": lambda body: f"The research run went from {body.get('before')} to {body.get('after')}.",
    "ResearchFinished": lambda body: f"The research run ended: {str(body.get('outcome')).replace('_', ' ')}.",
    "CandidateJudged": lambda body: f"A passage was judged: {body.get('stance')}.",
    "QuestionRaised": lambda _: "A question was asked.",
    "AnswerRecorded": lambda _: "A question was answered.",
    "QuestionExpired": lambda _: "A question expired.",
    "DebateOpened": _about("went into its checks"),
    "ProposalRedrafted": _about("was worded anew"),
    "ActIntended": lambda body: f"About to do: {_plain(body.get('what'))}.",
    "ActDone": lambda body: f"Done and verified: {_plain(body.get('what'))}.",
    "ActRefused": lambda body: f"Refused: {_plain(body.get('what'))}{_why(body)}.",
    "DeliverySetAside": lambda body: f"A step was set aside ({body.get('handler')}).",
    "DeliveryHeldBack": lambda body: f"A step waits to be tried again ({body.get('handler')}).",
    "ModelNamed": lambda body: f"You were told what leaves this machine, for the model at {body.get('server')}.",
    "BreakerTripped": lambda body: f"The model failed {body.get('failures')} times in a row; rules stand in.",
    "BreakerClosed": lambda _: "The model answers again.",
    "BudgetSpent": lambda body: f"The model's budget is used up: {body.get('said')}.",
    "BudgetRaised": lambda body: f"Allowed models {body.get('usd')} USD and {body.get('tokens')} tokens more today.",
    "ExecutionCreated": lambda body: f"Plan {body.get('plan')} is to be carried out.",
    "ExecutionMoved": lambda body: f"It went from {body.get('before')} to {body.get('after')}{_why(body)}.",
    "ExecutionChanged": _changed,
    "TasksMoved": _moved,
    "EventsReported": _reported,
    "MilestoneReached": lambda body: f"A milestone: {body.get('name')}.",
    "SnapshotKept": lambda body: f"Kept and reported in runs/{body.get('folder')}.",
    "RisksAssessed": _assessed,
    "TicketsOpened": lambda body: f"{count(_items(body, 'items'), 'ticket')} opened.",
    "TicketClosed": lambda body: f"A ticket ended: {_plain(body.get('resolution'))}.",
    "BackupMade": lambda body: f"A backup was written: {body.get('file')}.",
    "LoopPaused": lambda body: f"The loop was paused{_why(body)}.",
    "LoopResumed": lambda _: "The loop goes on.",
}
