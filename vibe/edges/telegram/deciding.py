"""Deciding in a chat: from a button or a typed number to the same command as everywhere, bound to what was seen.

A button approves the version its message shows; a typed number the version last shown to that person. If that is not
how the proposal stands, nothing is decided and the person is told. What cannot be taken back once it has begun is
approved with a second tap, on a button that names the effect.

Source: SPEC section 3 (what was seen is what is approved).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vibe.domain import taps
from vibe.domain.commands import DecideProposal
from vibe.domain.errors import Conflict, NotFound
from vibe.domain.messages import Button, Rows
from vibe.domain.packet_effects import exact_effect, is_final
from vibe.domain.packets import parse_packet
from vibe.domain.proposals import RejectionType
from vibe.edges.telegram.rooms import Room
from vibe.ports.inward import Row

LABEL_MAX = 60


async def find(room: Room, number: int) -> Row:
    """A proposal as it stands.

    Raises:
        NotFound: there is no such number.
    """
    rows = await room.read("decisions/proposal", number=number)
    if not rows:
        raise NotFound(f"there is no proposal {number}")
    return rows[0]


async def seen(room: Room, message_id: str, number: int, begins: str) -> str:
    """The digest of the version that the tapped message shows.

    Raises:
        Conflict: the button is of another version than the message shows now.
    """
    del message_id
    digest = str((await find(room, number))["digest"])
    if not digest.startswith(begins):
        raise Conflict(f"proposal {number} changed since this was shown; nothing was decided")
    return digest


async def approve(room: Room, number: int, digest: str, reason: str = "") -> Mapping[str, Any]:
    """Approve this version."""
    return await room.execute(DecideProposal(number, "approve", digest, reason=reason))


async def reject(room: Room, number: int, digest: str, kind: RejectionType, reason: str = "") -> Mapping[str, Any]:
    """Reject this version."""
    return await room.execute(DecideProposal(number, "reject", digest, kind.value, reason))


async def second_tap(room: Room, number: int, digest: str) -> Rows:
    """The button that names the effect, where this one needs it; else none."""
    packet = parse_packet((await find(room, number))["action"])
    if not is_final(packet):
        return ()
    effect = exact_effect(packet)[0]
    label = f"Yes: {effect}" if len(effect) <= LABEL_MAX else f"Yes: {effect[: LABEL_MAX - 1]}…"
    return ((Button(label, taps.approve_surely(number, digest)),),)


def said(answer: Mapping[str, Any]) -> str:
    """What became of a decision, in a few words."""
    number, status = answer["number"], answer["status"]
    if answer.get("outcome") == "rejected":
        back = f"; it comes back after {str(answer['returns_at'])[:10]}" if answer.get("returns_at") else ""
        return f"Proposal {number} is rejected ({str(answer['rejection_type']).replace('_', ' ')}){back}."
    return f"Proposal {number} is {status}."
