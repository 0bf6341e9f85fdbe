"""Absences: after more than a day away Vibe says so, and puts what still waits before each person once more.

Woken by `SweepDue`. How long it was away shows in the node `:Loop {id: 'alive'}`, which is set every quarter of an hour
while anybody is written to. Undecided proposals are in the notice itself, with their buttons, as what was tapped
meanwhile may be lost (Telegram keeps updates for a day). A question is asked again by the rung that was due; one
without such a rung by `HumanAsked` from here.

Source: issue "Ask once on Telegram" (nothing lost), SPEC section 5.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.ladders import RungAction
from vibe.domain.notices import Listed, digest_message
from vibe.domain.notifications import Approver, Note, NoteKind, Shown
from vibe.domain.proposals import ProposalStatus
from vibe.domain.questions import QuestionStatus
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import approvers, when, write_note

ALIVE = "alive"
NOTED_EVERY = timedelta(minutes=15)
LONG = timedelta(hours=24)
WAITING = [QuestionStatus.ASKED.value, QuestionStatus.CLARIFYING.value]
MOST = 200


async def watch_absence(tick: Entry, tools: Tools) -> Change:
    """Note that Vibe is there; where it was not for more than a day, say so."""
    del tick
    people = await approvers(tools)
    if not people:
        return NOTHING
    now = tools.clock.now()
    rows = await tools.graph.read("loop/alive")
    last = rows[0]["at"] if rows else None
    if last is not None and now - last < NOTED_EVERY:
        return NOTHING
    change = Change(effects=(Effect("loop/set", {"id": ALIVE, "props": {"since": now}}),))
    if last is None or now - last <= LONG:
        return change
    for person in people:
        change += await _tell(person, last, now, tools)
    return change + await _ask_again(last, now, tools)


async def _tell(person: Approver, last: datetime, now: datetime, tools: Tools) -> Change:
    rows = await tools.graph.read(
        "notifications/undecided", chat=person.chat, status=ProposalStatus.READY.value, limit=MOST
    )
    shown = rows[: tools.settings.proposals.in_one_digest]
    questions = await tools.graph.read("questions/list", statuses=WAITING, limit=MOST)
    items = [
        Listed(row["number"], row["title"], row["impact"] or "", row["gap"] or row["title"], row["digest"])
        for row in shown
    ]
    opening = f"👋 **I was away** from {when(last, person.hours)} to {when(now, person.hours)}"
    header = f"{_count(len(rows), 'proposal')} and {_count(len(questions), 'question')} wait"
    body = {"header": header, "items": [item.plainly() for item in items], "lines": [], "opening": opening}
    note = Note(
        derived_id("chat away", person.chat, epoch_ms(now)),
        NoteKind.AWAY,
        person,
        digest_message(header, items, [], opening),
        shown=tuple(Shown(row["id"], row["number"], row["digest"]) for row in shown),
        body=body,
    )
    return await write_note(note, tools)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


async def _ask_again(last: datetime, now: datetime, tools: Tools) -> Change:
    """Ask what no rung asks again by itself."""
    rows = await tools.graph.read(
        "questions/without_rung", statuses=WAITING, after_ms=epoch_ms(last), now_ms=epoch_ms(now), limit=MOST
    )
    action = RungAction.AGAIN.value
    events = [Event(EventType.HUMAN_ASKED, row["id"], _body(row["id"], action, now)) for row in rows]
    return Change(events=tuple(events))


def _body(question: str, action: str, now: datetime) -> dict[str, object]:
    return {"question": question, "action": action, "n": epoch_ms(now)}
