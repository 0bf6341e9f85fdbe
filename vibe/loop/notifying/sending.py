"""Sending: what is intended for a chat goes out, once, in order; what a sent message is to show is brought up to date.

Woken by `MessageIntended` and `MessageChanged` (their subject is the chat, so a chat's messages go one after the other,
and one that can't be sent now holds back those behind it), and by `SweepDue` for what was held back until now. Reads
the message as it is to be; sends it where it has no message id yet, else edits it where it shows an older revision:
newer edits replace those never made.

A message is sent only with the channel's own id. The act is a durable step of the entry that intended it: sent and not
recorded here, its recorded outcome is taken; killed before that was recorded, it is sent once more, as nobody can tell.
When the first copy is tapped it is adopted (`adopting`), and edited with the other. Not reached: tried again every five
minutes, or when the channel says. Who blocked us gets nothing more of it: dropped.
Emits `MessageSent`, `MessageEdited`, `MessageDropped`.

Source: SPEC sections 3 and 5, document 003 section 5 (error handling).
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from vibe.domain.acts import ActKind, Intent, Outcome
from vibe.domain.canonical import epoch_ms, from_json, sha256_of, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import BadInput, Gone, Refused, Transient, Unreachable
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.notifications import Kept, NoteKind, NoteStatus, as_it_is, drop, hold, lane, release, sent_id
from vibe.kernel.commit import Outside
from vibe.kernel.tools import Tools

T = TypeVar("T")
AGAIN_S = 300.0
CAP_AGAIN = timedelta(hours=1)
OVER = frozenset({NoteStatus.HELD, NoteStatus.DROPPED})
MOST_A_SWEEP = 100


async def send_message(entry: Entry, tools: Tools) -> Change:
    """Bring one message to its chat, or what it shows up to date."""
    rows = await tools.graph.read("notifications/one", id=entry.body["notification"])
    note = Kept.from_row(rows[0]) if rows else None
    if note is None or note.status in OVER:
        return NOTHING
    try:
        if not note.message_ids:
            return await _send(note, tools)
        return await _edit(note, tools) if note.shown_revision < note.revision else NOTHING
    except (Gone, BadInput) as error:
        return drop(note, str(error))
    except Refused:  # the day's cap of messages is used up
        return as_it_is(note) if note.message_ids else hold(note, tools.clock.now() + CAP_AGAIN)


async def release_held(tick: Entry, tools: Tools) -> Change:
    """Send what was held back until now."""
    del tick
    now_ms = epoch_ms(tools.clock.now())
    rows = await tools.graph.read("notifications/held", status=NoteStatus.HELD.value, now_ms=now_ms, limit=MOST_A_SWEEP)
    change = NOTHING
    for row in rows:
        note = Kept.from_row(row)
        over = note.kind is NoteKind.PROPOSAL and note.body.get("state")
        change += drop(note, "decided before its time came") if over else release(note)
    return change


async def _send(note: Kept, tools: Tools) -> Change:
    message = replace(note.message, reply_to=await _message_answered(note, tools))

    async def call(outside: Outside) -> Outcome:
        if outside.messenger is None:
            raise Unreachable("no messenger is set up here", retry_after_s=AGAIN_S)
        ids = await _patiently(outside.messenger.send(note.chat, message))
        sent = {"ids": list(ids), "revision": note.revision}
        return Outcome(to_json(sent).decode(), ("send",), "the channel gave it an id")

    outcome = await tools.acts.perform(_intent(note, "send"), call)
    sent = from_json(outcome.text)
    return _sent(note, sent["ids"], sent["revision"], tools)


def _sent(note: Kept, ids: list[str], revision: int, tools: Tools) -> Change:
    status = NoteStatus.SENT if revision == note.revision else NoteStatus.CHANGED
    props = {
        "status": status.value,
        "messageIds": ids,
        "shownRevision": revision,
        "sentMs": epoch_ms(tools.clock.now()),
    }
    rows = [{"id": sent_id(note.chat, one), "notification": note.id} for one in ids]
    change = _written(note, props, EventType.MESSAGE_SENT, {"ids": ids})
    body = {"notification": note.id, "kind": note.kind.value}
    late = (Event(EventType.MESSAGE_CHANGED, lane(note.chat), body),) if status is NoteStatus.CHANGED else ()
    effects = (*change.effects, Effect("notifications/keep_sent", *rows))
    return replace(change, effects=effects, events=(*change.events, *late))


async def _edit(note: Kept, tools: Tools) -> Change:
    async def call(outside: Outside) -> Outcome:
        await _edit_all(outside, note)
        return Outcome("edited", ("edit",), "the channel took it")

    await tools.acts.perform(_intent(note, f"edit {note.revision}"), call)
    props = {"status": NoteStatus.SENT.value, "shownRevision": note.revision}
    return _written(note, props, EventType.MESSAGE_EDITED, {"revision": note.revision})


async def _edit_all(outside: Outside, note: Kept) -> None:
    """Edit every copy; one that is gone holds up none of the others, but the last that is left is missed."""
    if outside.messenger is None:
        raise Unreachable("no messenger is set up here", retry_after_s=AGAIN_S)
    lost: list[Gone | BadInput] = []
    copies = dict.fromkeys([*note.copies, note.message_ids[-1]])
    for message_id in copies:
        try:
            await _patiently(outside.messenger.edit(note.chat, message_id, note.message))
        except (Gone, BadInput) as error:
            lost.append(error)
    if len(lost) == len(copies):
        raise lost[-1]


def _written(note: Kept, props: Mapping[str, Any], kind: EventType, body: Mapping[str, Any]) -> Change:
    return Change(
        expects=(expect("Notification", note.id, status=note.status.value, revision=note.revision),),
        effects=(Effect("notifications/write", {"id": note.id, "props": props}),),
        events=(Event(kind, note.id, {"notification": note.id, **body}),),
    )


async def _message_answered(note: Kept, tools: Tools) -> str:
    """The sent message this one answers; empty: none, or it was never sent."""
    rows = await tools.graph.read("notifications/one", id=note.reply_to) if note.reply_to else []
    return str(rows[0]["message_ids"][-1]) if rows and rows[0]["message_ids"] else ""


def _intent(note: Kept, what: str) -> Intent:
    inputs = {"notification": note.id, "text": sha256_of(note.message.text)}
    return Intent(f"{what} {note.id}", ActKind.MESSAGE, inputs)


async def _patiently(call: Awaitable[T]) -> T:
    """Try again in five minutes what could not be reached; sooner or later where the channel says when."""
    try:
        return await call
    except Transient as error:
        if error.retry_after_s > 1:
            raise
        raise Transient(str(error), retry_after_s=AGAIN_S) from error
