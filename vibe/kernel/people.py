"""People: who may decide in a chat, and what they were shown there.

Read by the loop, which writes to them, and by the edges, which listen to them. Source: SPEC sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vibe.domain.canonical import from_json
from vibe.domain.hours import Hours
from vibe.domain.notifications import Approver, NoteKind, Shown, sent_id
from vibe.ports.inward import Graph
from vibe.settings import OwnerSettings

MOST = 100


async def read_approvers(graph: Graph, owner: OwnerSettings) -> list[Approver]:
    """Everybody who may decide in a chat; who has no zone or quiet hours of their own has the owner's."""
    rows = await graph.read("people/approvers", limit=MOST)
    return [
        Approver(
            row["id"],
            row["chat"],
            Hours(row["zone"] or owner.zone, row["quiet_from"] or owner.quiet_from, row["quiet_to"] or owner.quiet_to),
            row["name"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a message in a chat shows: its kind, what it is about, and the proposals with the version of each."""

    id: str
    kind: NoteKind
    subject: str
    shown: tuple[Shown, ...]
    body: Mapping[str, Any]


async def read_seen(graph: Graph, chat: str, message_id: str) -> Seen | None:
    """What the message of this id shows; None: it is none of ours, or its id was never recorded."""
    rows = await graph.read("notifications/of_message", message=sent_id(chat, message_id))
    if not rows:
        return None
    row = rows[0]
    shown = await graph.read("notifications/proposals_in", id=row["id"], limit=50)
    proposals = tuple(Shown(one["proposal"], one["number"], one["digest"]) for one in shown)
    return Seen(row["id"], NoteKind(row["kind"]), row["subject"] or "", proposals, from_json(row["body"]))


async def read_last_shown(graph: Graph, person: str, number: int) -> str | None:
    """The digest of the version of a proposal that a person was shown last; None: it was never shown to them."""
    rows = await graph.read("notifications/last_shown", person=person, number=number, limit=1)
    return str(rows[0]["digest"]) if rows else None


async def read_shown_digests(graph: Graph, person: str, number: int) -> list[str]:
    """Every version of a proposal a person was sent, the latest first (which one does a lost copy mean?)."""
    rows = await graph.read("notifications/last_shown", person=person, number=number, limit=50)
    return list(dict.fromkeys(str(row["digest"]) for row in rows))
