"""Adopting: a message we sent and whose id was never recorded, as we were killed in between, is one of ours again.

Woken by the command `AdoptMessage`, which a tap in such a message gives. Its buttons say what it shows: the versions of
proposals, a question or a remark. Of the messages to that chat which show the same, the latest counts; the copy is
edited with it from then on. What shows nothing of ours is left alone. Emits `MessageAdopted`, `MessageChanged`.

Source: SPEC section 3, issue "Ask once on Telegram" (nothing lost).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from vibe.domain.changes import NOTHING, Change
from vibe.domain.errors import BadInput
from vibe.domain.notifications import AdoptMessage, Kept, NoteKind, adopt
from vibe.domain.taps import DIGEST_SHOWN, Tap, TapKind, decode
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import approver, kept_about, kept_showing

ABOUT_ONE = {TapKind.OPTION: NoteKind.QUESTION, TapKind.REMARK: NoteKind.REMARK}


async def adopt_message(command: AdoptMessage, tools: Tools) -> Change:
    """Count a message as a copy of the one that shows the same; nothing where there is none."""
    who = decider_of(tools.actor)
    person = await approver(who.person, tools)
    if person is None or person.chat != command.chat:
        return NOTHING
    buttons = _decoded(command.buttons)
    versions = {(tap.number, tap.digest) for tap in buttons if tap.kind is TapKind.APPROVE}
    if versions:
        alone = all(tap.kind is not TapKind.DETAILS for tap in buttons)
        found = await _showing(versions, person.chat, tools, alone=alone)
    else:
        found = await _about(next((tap for tap in buttons if tap.kind in ABOUT_ONE), None), person.chat, tools)
    return adopt(found, command.message_id, who.person) if found else NOTHING


def _decoded(buttons: Sequence[str]) -> list[Tap]:
    taps = []
    for data in buttons:
        with suppress(BadInput):
            taps.append(decode(data))
    return taps


async def _showing(versions: set[tuple[int, str]], chat: str, tools: Tools, *, alone: bool) -> Kept | None:
    """The latest message that shows these versions and the fewest others; `alone`: a proposal's own, no digest."""
    rows = await tools.graph.read("proposals/show", number=min(versions)[0])
    best, fewest = None, 0
    for note in await kept_showing(rows[0]["id"], tools) if rows else []:
        if note.chat != chat or (note.kind is NoteKind.PROPOSAL) is not alone:
            continue
        shown = await tools.graph.read("notifications/proposals_in", id=note.id, limit=50)
        if versions <= {(one["number"], one["digest"][:DIGEST_SHOWN]) for one in shown} and (
            best is None or len(shown) <= fewest
        ):
            best, fewest = note, len(shown)
    return best


async def _about(tap: Tap | None, chat: str, tools: Tools) -> Kept | None:
    """The latest message with the question's or the remark's own buttons."""
    found = await tools.graph.read("blocks/beginning", start=tap.about, limit=2) if tap else []
    if tap is None or len(found) != 1:
        return None
    kept = await kept_about(found[0]["id"], tools)
    theirs = [note for note in kept if note.chat == chat and note.kind is ABOUT_ONE[tap.kind]]
    return next((note for note in reversed(theirs) if not note.body.get("follow_up")), None)
