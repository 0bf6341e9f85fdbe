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
from vibe.domain.commands import DecideProposal, ShowProposal
from vibe.domain.errors import Conflict, NotFound
from vibe.domain.messages import Button, Rows
from vibe.domain.packet_effects import exact_effect, is_final
from vibe.domain.packets import parse_packet
from vibe.domain.proposals import ProposalStatus, RejectionType
from vibe.edges.telegram.rooms import Room
from vibe.kernel.people import read_last_shown, read_seen, read_shown_digests
from vibe.ports.inward import Row

LABEL_MAX = 60
READY = ProposalStatus.READY.value


async def find(room: Room, number: int) -> Row:
    """A proposal as it stands.

    Raises:
        NotFound: there is no such number.
    """
    rows = await room.read("decisions/proposal", number=number)
    if not rows:
        raise NotFound(f"there is no proposal {number}")
    return rows[0]


class Changed(Conflict):
    """It is not what was seen."""

    def __init__(self, number: int, text: str = "") -> None:
        why = text or f"proposal {number} changed since this was shown"
        super().__init__(f"{why}; nothing was decided. It follows as it stands now")
        self.number = number


async def seen(room: Room, message_id: str, number: int, begins: str) -> str:
    """The digest of the version that the tapped message shows, compared in full.

    A copy whose id was never recorded (we were killed in between) shows a version its button begins the digest of.

    Raises:
        Changed: the button is of another version than the message shows now, or than the proposal has.
    """
    graph = room.graph
    message = await read_seen(graph, room.caller.chat, message_id) if message_id else None
    if message is not None and message.shown:
        known = [one.digest for one in message.shown if one.number == number]
    else:
        known = await read_shown_digests(graph, room.caller.id, number)
        known.append(str((await find(room, number))["digest"]))
    digest = next((one for one in known if one.startswith(begins)), None)
    if digest is None:
        raise Changed(number)
    return digest


async def last_shown(room: Room, number: int) -> str:
    """The digest of the version a typed number means.

    Raises:
        Changed: this person was never shown it.
    """
    await find(room, number)
    digest = await read_last_shown(room.graph, room.caller.id, number)
    if digest is None:
        raise Changed(number, f"you were not shown proposal {number} yet")
    return digest


async def show(room: Room, number: int) -> None:
    """Have the proposal as it stands sent to the person."""
    await room.execute(ShowProposal(number))


async def approve(room: Room, number: int, digest: str, reason: str = "") -> Mapping[str, Any]:
    """Approve this version."""
    return await _decide(room, DecideProposal(number, "approve", digest, reason=reason))


async def reject(room: Room, number: int, digest: str, kind: RejectionType, reason: str = "") -> Mapping[str, Any]:
    """Reject this version."""
    return await _decide(room, DecideProposal(number, "reject", digest, kind.value, reason))


async def _decide(room: Room, command: DecideProposal) -> Mapping[str, Any]:
    try:
        return await room.execute(command)
    except Conflict as error:
        if error.found.get("status") == READY and error.found.get("digest") != command.digest:
            raise Changed(command.number) from error
        raise


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
