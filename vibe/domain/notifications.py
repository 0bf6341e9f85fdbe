"""Notifications: the outbox of messages to chats, as rows of the graph. Pure.

A message is intended in the change that makes it necessary, and sent once it has the channel's own id. What it shows
may change afterwards: `revision` counts what it is to show, `shownRevision` what it does show, so the newest edit
replaces those never made. `held` ones wait for their time (`dueMs`), or, without one, for the next digest to tell them.

States: held <-> intended; held, intended -> dropped; intended -> sent; sent <-> changed; any -> dropped.

Source: SPEC sections 3 and 5, document 003 section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from vibe.domain.canonical import epoch_ms, from_json, to_json
from vibe.domain.changes import NOTHING, Change, Effect, absent, expect
from vibe.domain.events import Event, EventType
from vibe.domain.hours import Hours
from vibe.domain.messages import Button, Message, Rows

CHANNEL = "telegram"


class NoteKind(StrEnum):
    """What a message is about."""

    DIGEST = "chat_digest"
    QUIET_DAY = "quiet_day"  # the one silent line of a day without news
    PROPOSAL = "proposal"
    RESULT = "result"
    QUESTION = "question"
    REMARK = "remark"
    TICKET = "ticket"
    AWAY = "away"
    WEEKLY = "chat_weekly"  # how the loop did
    SAMPLE = "sample"  # a filtered proposal: rightly dropped?
    ALARM = "alarm"
    PREFERENCE = "preference"  # a standing preference that was inferred: is it one?
    WARNING = "warning"


class NoteStatus(StrEnum):
    """Where a message is."""

    HELD = "held"
    INTENDED = "intended"
    SENT = "sent"
    CHANGED = "changed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who may decide in a chat."""

    id: str
    chat: str
    hours: Hours
    name: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal in the version a message shows."""

    proposal: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Note:
    """A message to be written to one chat.

    Attributes:
        subject: the one thing it is about (a question's, a remark's, a proposal's id).
        shown: the proposals it shows, each in its version.
        reply_to: the notification it answers; it is sent without if that one never was.
        body: what it is made from, as plain data, so that it can be made anew.
    """

    id: str
    kind: NoteKind
    to: Approver
    message: Message
    subject: str = ""
    shown: tuple[Shown, ...] = ()
    reply_to: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as the outbox has it; `copies` are ids it was sent under before and that came to light by a tap."""

    id: str
    kind: NoteKind
    status: NoteStatus
    person: str
    chat: str
    subject: str
    message: Message
    reply_to: str | None
    body: Mapping[str, Any]
    revision: int
    shown_revision: int
    message_ids: tuple[str, ...]
    copies: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Kept:
        """Read one row of `notifications/one`."""
        message = Message(row["text"], _read_rows(row["buttons"]), row["ask"], silent=row["silent"])
        return cls(
            id=row["id"],
            kind=NoteKind(row["kind"]),
            status=NoteStatus(row["status"]),
            person=row["person"],
            chat=row["chat"],
            subject=row["subject"] or "",
            message=message,
            reply_to=row["reply_to"],
            body=from_json(row["body"]),
            revision=row["revision"],
            shown_revision=row["shown_revision"],
            message_ids=tuple(row["message_ids"]),
            copies=tuple(row["copies"]),
        )


@dataclass(frozen=True, slots=True)
class AdoptMessage:
    """The command to recognise a message of unknown id by the data of its buttons, as a copy of one that we sent."""

    chat: str
    message_id: str
    buttons: tuple[str, ...]


def intend(note: Note, *, at: datetime, until: datetime | None = None, for_digest: bool = False) -> Change:
    """Have a message sent: now, from `until` on, or told by the next digest instead."""
    held = until is not None or for_digest
    props = {
        "channel": CHANNEL,
        "kind": note.kind.value,
        "status": (NoteStatus.HELD if held else NoteStatus.INTENDED).value,
        "person": note.to.id,
        "chat": note.to.chat,
        "subject": note.subject,
        "replyTo": note.reply_to,
        "revision": 1,
        "dueMs": epoch_ms(until) if until else None,
        "intendedMs": epoch_ms(at),
        **_content(note.message, note.body),
    }
    links = [
        {"id": f"{note.id}/{one.number}", "note": note.id, "proposal": one.proposal, "digest": one.digest}
        | {"shownMs": epoch_ms(at)}
        for one in note.shown
    ]
    effects = [Effect("notifications/write", {"id": note.id, "props": props})]
    return Change(
        expects=(absent("Notification", note.id),),
        effects=(*effects, *([Effect("notifications/link_shown", *links)] if links else [])),
        events=() if held else (_wake(EventType.MESSAGE_INTENDED, note.id, note.to.chat, note.kind),),
    )


def hold(note: Kept, until: datetime) -> Change:
    """Put a message off that could not be sent yet."""
    props = {"status": NoteStatus.HELD.value, "dueMs": epoch_ms(until)}
    return Change(
        expects=(expect("Notification", note.id, status=note.status.value, revision=note.revision),),
        effects=(Effect("notifications/write", {"id": note.id, "props": props}),),
    )


def release(note: Kept) -> Change:
    """Have a message sent that was held back."""
    props = {"status": NoteStatus.INTENDED.value, "dueMs": None}
    return Change(
        expects=(expect("Notification", note.id, status=NoteStatus.HELD.value),),
        effects=(Effect("notifications/write", {"id": note.id, "props": props}),),
        events=(_wake(EventType.MESSAGE_INTENDED, note.id, note.chat, note.kind),),
    )


def revise(
    note: Kept, message: Message, body: Mapping[str, Any], shown: Sequence[Shown] = (), at_ms: int = 0
) -> Change:
    """Have a message show something else; nothing where it shows that already. `shown` are newer versions it shows."""
    content = _content(message, body)
    if content == _content(note.message, note.body) or note.status is NoteStatus.DROPPED:
        return NOTHING
    status = NoteStatus.CHANGED if note.message_ids else note.status
    props = content | {"revision": note.revision + 1, "status": status.value}
    links = [
        {"id": f"{note.id}/{one.number}", "note": note.id, "proposal": one.proposal, "digest": one.digest}
        | {"shownMs": at_ms}
        for one in shown
    ]
    woken = (_wake(EventType.MESSAGE_CHANGED, note.id, note.chat, note.kind),)
    return Change(
        expects=(expect("Notification", note.id, status=note.status.value, revision=note.revision),),
        effects=(
            Effect("notifications/write", {"id": note.id, "props": props}),
            *([Effect("notifications/link_shown", *links)] if links else []),
        ),
        events=woken if note.message_ids and note.status is not NoteStatus.CHANGED else (),  # else one is on its way
    )


def drop(note: Kept, reason: str) -> Change:
    """Give a message up; says why."""
    body = {"notification": note.id, "reason": reason}
    props = {"status": NoteStatus.DROPPED.value, "reason": reason}
    return Change(
        expects=(expect("Notification", note.id, status=note.status.value, revision=note.revision),),
        effects=(Effect("notifications/write", {"id": note.id, "props": props}),),
        events=(Event(EventType.MESSAGE_DROPPED, note.id, body),),
    )


def adopt(note: Kept, message_id: str, by: str) -> Change:
    """Count a sent message nobody recorded as a copy of this one, and bring it up to date as well."""
    if message_id in (*note.copies, *note.message_ids) or note.status is NoteStatus.DROPPED:
        return NOTHING
    status = NoteStatus.CHANGED if note.message_ids else note.status
    props = {"copies": [*note.copies, message_id], "revision": note.revision + 1, "status": status.value}
    found = Event(EventType.MESSAGE_ADOPTED, note.id, {"notification": note.id, "message": message_id, "by": by})
    woken = _wake(EventType.MESSAGE_CHANGED, note.id, note.chat, note.kind)
    kept = {"id": sent_id(note.chat, message_id), "notification": note.id}
    return Change(
        expects=(expect("Notification", note.id, status=note.status.value, revision=note.revision),),
        effects=(
            Effect("notifications/write", {"id": note.id, "props": props}),
            Effect("notifications/keep_sent", kept),
        ),
        events=(found, woken) if note.message_ids and note.status is not NoteStatus.CHANGED else (found,),
    )


def as_it_is(note: Kept) -> Change:
    """Leave a message as it is shown for now; the next change of it tries again."""
    props = {"status": NoteStatus.SENT.value}
    return Change(
        expects=(expect("Notification", note.id, status=note.status.value, revision=note.revision),),
        effects=(Effect("notifications/write", {"id": note.id, "props": props}),),
    )


def lane(chat: str) -> str:
    """The subject under which a chat's messages go out one after the other."""
    return f"chat:{chat}"


def sent_id(chat: str, message_id: str) -> str:
    """The id of a sent message's node."""
    return f"{chat}/{message_id}"


def _wake(kind: EventType, note: str, chat: str, what: NoteKind) -> Event:
    return Event(kind, lane(chat), {"notification": note, "kind": what.value})


def _content(message: Message, body: Mapping[str, Any]) -> dict[str, Any]:
    rows = [[[button.label, button.data, button.url] for button in row] for row in message.rows]
    return {
        "text": message.text,
        "rows": to_json(rows).decode(),
        "ask": message.ask,
        "silent": message.silent,
        "body": to_json(body).decode(),
    }


def _read_rows(text: str) -> Rows:
    return tuple(tuple(Button(*button) for button in row) for row in from_json(text))
