"""Reviewing: how the loop did, what it would have dropped, and what is wrong with its judging, told to the person.

Woken by `SweepDue` (a weekly message, Monday at the hour of the digest in each person's own zone, and a notice on the
page in the owner's), `FilteredSampled` and `SampleJudged` (the week's filtered proposal with its two buttons),
`PreferenceInferred` and `PreferenceSettled` (is that a standing preference?), `HealthMeasured` with alarms that are new
(each told once). A loop younger than five days has no week to tell of. Emits
`MessageIntended`, `MessageChanged`, `WeekTold`.

Source: issue 5 (Measuring itself).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, absent
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.hours import Hours
from vibe.domain.identities import derived_id
from vibe.domain.notifications import Note, NoteKind, revise
from vibe.domain.reviews import alarm_message, preference_message, sample_message, weekly_lines, weekly_message
from vibe.kernel.measures import Measured, read_measures
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import approvers, kept_about, write_note
from vibe.ports.inward import Row

YOUNG = timedelta(days=5)
PAGE = "page"
WEEKLY = "weekly"


async def tell_weekly(tick: Entry, tools: Tools) -> Change:
    """Tell each person, and the page, how the loop did, once in each of their weeks."""
    del tick
    now, owner = tools.clock.now(), tools.settings.owner
    wanted = [(PAGE, Hours(owner.zone)), *((one.chat, one.hours) for one in await approvers(tools))]
    due = [(chat, hours.week_since(now, owner.digest_at)) for chat, hours in wanted]
    ids = {derived_id("weekly", chat, begun.date().isoformat()): chat for chat, begun in due}
    oldest = min(begun for _, begun in due)
    if not await _has_a_week(oldest, tools):
        return NOTHING
    told = {row["id"] for row in await tools.graph.read("ledger/nodes/notification", ids=list(ids))}
    left = {chat: identity for identity, chat in ids.items() if identity not in told}
    return await _tell(left, await read_measures(tools.graph, now), tools) if left else NOTHING


async def _has_a_week(begun: datetime, tools: Tools) -> bool:
    rows = await tools.graph.read("ledger/page", after=0, limit=1)
    return bool(rows) and _instant(rows[0]) <= begun - YOUNG


def _instant(row: Row) -> datetime:
    return datetime.fromisoformat(str(row["at"]))


async def _tell(left: dict[str, str], found: Measured, tools: Tools) -> Change:
    """Write the message of each chat in `left`, and the page's notice, under their ids."""
    alarms = list(found.alarms.values())
    message = weekly_message(found.metrics, alarms)
    change = NOTHING
    for person in await approvers(tools):
        if person.chat in left:
            change += await write_note(Note(left[person.chat], NoteKind.WEEKLY, person, message), tools)
    if PAGE in left:
        now, lines = tools.clock.now(), weekly_lines(found.metrics) + alarms
        props = {"kind": WEEKLY, "channel": PAGE, "status": "told", "at": now, "atMs": epoch_ms(now)}
        row = {"id": left[PAGE], "props": props | {"text": "\n".join(lines)}}
        change += Change(
            expects=(absent("Notification", left[PAGE]),),
            effects=(Effect("notifications/write", row),),
            events=(Event(EventType.WEEK_TOLD, left[PAGE], {"notification": left[PAGE]}),),
        )
    return change


async def show_sample(entry: Entry, tools: Tools) -> Change:
    """Put the week's filtered proposal before everybody who may decide."""
    rows = await tools.graph.read("proposals/by_id", ids=[entry.subject])
    change = NOTHING
    for person in await approvers(tools) if rows else []:
        identity = derived_id("chat sample", person.chat, entry.subject)
        message = sample_message(rows[0]["number"], rows[0]["title"], _why(rows[0]))
        change += await write_note(Note(identity, NoteKind.SAMPLE, person, message, entry.subject), tools)
    return change


async def close_sample(entry: Entry, tools: Tools) -> Change:
    """Have every copy of it say what was answered."""
    rows = await tools.graph.read("proposals/by_id", ids=[entry.subject])
    change = NOTHING
    for note in await kept_about(entry.subject, tools) if rows else []:
        if note.kind is NoteKind.SAMPLE:
            message = sample_message(rows[0]["number"], rows[0]["title"], _why(rows[0]), str(entry.body["answer"]))
            change += revise(note, message, {**note.body, "answer": entry.body["answer"]})
    return change


def _why(row: Row) -> str:
    return str(row["objection"] or row["ended_because"] or "it failed its checks")


async def ask_preference(entry: Entry, tools: Tools) -> Change:
    """Ask everybody who may decide whether what was inferred is a standing preference."""
    change = NOTHING
    for person in await approvers(tools):
        identity = derived_id("chat preference", person.chat, entry.subject)
        message = preference_message(entry.subject, str(entry.body["statement"]), str(entry.body["quote"]))
        body = {name: entry.body[name] for name in ("statement", "quote")}
        note = Note(identity, NoteKind.PREFERENCE, person, message, entry.subject, body=body)
        change += await write_note(note, tools)
    return change


async def close_preference(entry: Entry, tools: Tools) -> Change:
    """Have every copy of it say what was answered."""
    change = NOTHING
    for note in await kept_about(entry.subject, tools):
        if note.kind is NoteKind.PREFERENCE:
            status = str(entry.body["status"])
            message = preference_message(entry.subject, note.body["statement"], note.body["quote"], status)
            change += revise(note, message, {**note.body, "status": status})
    return change


def is_new(entry: Entry) -> bool:
    """Whether it was not inferred before."""
    return bool(entry.body.get("new"))


async def tell_alarm(entry: Entry, tools: Tools) -> Change:
    """Tell the alarms that are new."""
    change = NOTHING
    for kind in entry.body.get("raised", ()):
        words = str(entry.body["alarms"][kind])
        for person in await approvers(tools):
            identity = derived_id("chat alarm", person.chat, entry.id, kind)
            change += await write_note(Note(identity, NoteKind.ALARM, person, alarm_message(words)), tools)
    return change


def has_raised(entry: Entry) -> bool:
    """Whether an alarm is new."""
    return bool(entry.body.get("raised"))
