"""Reporting: what came of what was approved, as a reply to the message that asked.

Woken by `ProposalExecuted` and `ProposalFailed`. Goes to every chat that was shown the proposal: the outcome, up to
three quotes with file and line, for and against, what changed. Evidence can be taken back with a tap; a passage that
only a person can judge has three buttons. Emits `MessageIntended`.

Source: SPEC section 2 (evidence, candidates), issue "Ask once on Telegram" (results).
"""

from __future__ import annotations

from collections.abc import Sequence

from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Entry
from vibe.domain.identities import derived_id
from vibe.domain.notifications import Note, NoteKind
from vibe.domain.packets import parse_packet
from vibe.domain.results import Found, Result, result_message
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import approvers, kept_showing, write_note
from vibe.ports.inward import Row

MOST = 200


async def tell_result(entry: Entry, tools: Tools) -> Change:
    """Tell every chat that was asked what came of it."""
    kept = [note for note in await kept_showing(entry.subject, tools) if note.message_ids]
    rows = await tools.graph.read("proposals/by_id", ids=[entry.subject]) if kept else []
    if not rows:
        return NOTHING
    row = rows[0]
    result = await _result(row, entry, tools)
    change = NOTHING
    for person in await approvers(tools):
        asked = [note.id for note in kept if note.chat == person.chat]
        if asked:
            identity = derived_id("chat result", person.chat, entry.id)
            body = {"short": result.short}
            note = Note(
                identity, NoteKind.RESULT, person, result_message(result), row["id"], reply_to=asked[-1], body=body
            )
            change += await write_note(note, tools)
    return change


async def _result(row: Row, entry: Entry, tools: Tools) -> Result:
    evidence = await tools.graph.read("research/evidence_of_proposal", id=row["id"], limit=MOST)
    candidates = await tools.graph.read("research/candidates_of_proposal", id=row["id"], limit=MOST)
    outcome = str(entry.body.get("outcome") or entry.body.get("reason") or "")
    return Result(
        number=row["number"],
        title=row["title"],
        outcome=outcome,
        failed="reason" in entry.body,
        evidence=_found(evidence),
        candidates=_found(candidates),
        packet=parse_packet(row["action"]),
    )


def _found(rows: Sequence[Row]) -> tuple[Found, ...]:
    return tuple(
        Found(
            row["id"], row["quote"] or row.get("title") or "", row["file"] or "", row["line"], row.get("stance") or ""
        )
        for row in rows
    )
