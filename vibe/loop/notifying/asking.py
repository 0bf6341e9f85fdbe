"""Asking: questions in every chat, in the form of document 003, and true until they end.

Woken by `HumanAsked` (a rung of the ladder reaches for the person), `QuestionClarified`, `AnswerRecorded` and
`QuestionExpired`. A question that presses breaks quiet hours and caps. Each time it is asked it is a message of its
own, answering the first; all of them say how it ended. Nothing about the sample. Emits `MessageIntended`,
`MessageChanged`.

Source: SPEC section 5 (escalation, quiet hours), document 003 section 6.
"""

from __future__ import annotations

from vibe.domain.asked import EXPIRED, AskedQuestion, ended_words, follow_up_message, question_message
from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Entry, EventType
from vibe.domain.identities import derived_id
from vibe.domain.ladders import RungAction
from vibe.domain.notifications import Note, NoteKind, intend, revise
from vibe.domain.questions import Option, QuestionStatus, Urgency
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import approver, approvers, called, kept_about, write_note
from vibe.ports.inward import Row

PRESSING = frozenset({RungAction.URGENT, RungAction.PAUSE, RungAction.AGAIN})


async def ask_person(entry: Entry, tools: Tools) -> Change:
    """Put a question before everybody who may answer."""
    row = await _find(entry.subject, tools)
    if row is None or row["status"] not in (QuestionStatus.ASKED, QuestionStatus.CLARIFYING):
        return NOTHING
    plans = await tools.graph.read("questions/plans", id=row["id"], limit=10)
    if any(plan["sample"] for plan in plans):
        return NOTHING
    action = RungAction(entry.body["action"])
    one = await _asked(row, tools, urgent=action in PRESSING, paused=action is RungAction.PAUSE)
    kept = await kept_about(row["id"], tools)
    presses = row["urgency"] != Urgency.NORMAL and not _was_raised(row, action)
    change = NOTHING
    for person in await approvers(tools):
        first = next((note.id for note in kept if note.chat == person.chat), None)
        identity = derived_id("chat question", person.chat, row["id"], entry.body["n"], action.value)
        body = {"urgent": one.urgent, "paused": one.paused}
        note = Note(identity, NoteKind.QUESTION, person, question_message(one), row["id"], reply_to=first, body=body)
        change += await write_note(note, tools, presses=presses)
    return change


def _was_raised(row: Row, action: RungAction) -> bool:
    """Whether only the ladder made it press; such a question keeps to the quiet hours."""
    return row["asked_urgency"] == Urgency.NORMAL and action is not RungAction.ASK


async def follow_up(entry: Entry, tools: Tools) -> Change:
    """Ask whoever answered unclearly what was meant, in their chat."""
    if not entry.actor.startswith("person:"):
        return NOTHING
    person = await approver(decider_of(entry.actor).person, tools)
    if person is None:
        return NOTHING
    kept = [note.id for note in await kept_about(entry.subject, tools) if note.chat == person.chat]
    note = Note(
        derived_id("chat follow-up", entry.id), NoteKind.QUESTION, person,
        follow_up_message(str(entry.body["follow_up"])), entry.subject, reply_to=kept[0] if kept else None,
        body={"follow_up": True},
    )  # fmt: skip
    return intend(note, at=tools.clock.now())


async def tell_ended(entry: Entry, tools: Tools) -> Change:
    """Have every copy of a question say how it ended."""
    identity = str(entry.body.get("question") or entry.subject)
    kept = await kept_about(identity, tools)
    row = await _find(identity, tools) if kept else None
    if row is None:
        return NOTHING
    change = NOTHING
    for note in kept:
        if note.kind is NoteKind.QUESTION and not note.body.get("follow_up"):
            one = await _asked(
                row, tools, urgent=False, paused=False, ended=await _ended(entry, row, note.person, tools)
            )
            change += revise(note, question_message(one), {**note.body, "ended": True})
    return change


async def _ended(entry: Entry, row: Row, person: str, tools: Tools) -> str:
    if entry.type == EventType.QUESTION_EXPIRED:
        return EXPIRED
    by = str(row["answered_by"] or "").removeprefix("person:")
    return ended_words(str(row["answer"]), await called(by, person, tools), str(row["answer_option"] or ""))


async def _asked(row: Row, tools: Tools, *, urgent: bool, paused: bool, ended: str = "") -> AskedQuestion:
    task = row["task_id"]
    blocked = await tools.graph.read("questions/downstream", task=task, limit=1) if task else []
    details = list(row["option_details"]) + [""] * len(row["options"])
    options = tuple(Option(title, detail) for title, detail in zip(row["options"], details, strict=False))
    return AskedQuestion(
        id=row["id"],
        asker=row["asker"],
        question=row["question"],
        options=options,
        task=row["task_title"] or "",
        stuck_on=row["stuck_on"],
        context=tuple(row["context"]),
        blocked=blocked[0]["count"] if blocked else 0,
        urgent=urgent or row["urgency"] == Urgency.CRITICAL,
        paused=paused,
        ended=ended,
    )


async def _find(identity: str, tools: Tools) -> Row | None:
    rows = await tools.graph.read("questions/show", id=identity)
    return rows[0] if rows else None
