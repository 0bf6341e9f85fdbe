"""Updating: every copy of a message says what became of what it shows.

Woken by every end and change of a proposal, wherever it was decided. Reads the messages that show it and makes each
anew; a new version of what was shown comes as a message of its own, so that nobody approves what they have not seen.
Emits `MessageChanged`, which `sending` turns into edits; the newest edit replaces those never made.

Source: SPEC section 3 (what was seen is what is approved), document 003 section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Entry
from vibe.domain.identities import derived_id
from vibe.domain.notices import Listed, details_message, digest_message
from vibe.domain.notifications import Kept, Note, NoteKind, Shown, revise
from vibe.domain.proposals import ProposalStatus
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import (
    approvers,
    kept_showing,
    proposal_message,
    read_details,
    state_now,
    write_note,
)
from vibe.ports.inward import Row


async def update_messages(entry: Entry, tools: Tools) -> Change:
    """Bring all messages that show a proposal up to date."""
    kept = await kept_showing(entry.subject, tools)
    rows = await tools.graph.read("proposals/by_id", ids=[entry.subject]) if kept else []
    if not rows:
        return NOTHING
    change = NOTHING
    for note in kept:
        change += await _revised(note, rows[0], tools)
    return change + await _new_version(kept, rows[0], tools)


async def _revised(note: Kept, row: Row, tools: Tools) -> Change:
    if note.kind in (NoteKind.DIGEST, NoteKind.AWAY):
        items = [Listed.from_plain(item) for item in note.body["items"]]
        told = [await _listed(item, note, row, tools) for item in items]
        body = {**note.body, "items": [item.plainly() for item in told]}
        message = digest_message(note.body["header"], told, note.body["lines"], note.body.get("opening", ""))
        return revise(note, message, body)
    if note.kind is NoteKind.PROPOSAL:
        state = await state_now(row, note.body["digest"], note.person, tools)
        one = replace(await read_details(row, tools), state=state, expires=note.body["expires"])
        body = {**note.body, "state": state}
        return revise(note, details_message(one, tools.settings.http.public_url), body)
    return NOTHING


async def _listed(item: Listed, note: Kept, row: Row, tools: Tools) -> Listed:
    if item.number != row["number"]:
        return item
    state = await state_now(row, item.digest, note.person, tools)
    same = row["digest"] == item.digest
    return replace(item, state=state, title=row["title"] if same else item.title)


async def _new_version(kept: Sequence[Kept], row: Row, tools: Tools) -> Change:
    """Send what was written anew to each chat that was shown an earlier version."""
    if row["status"] != ProposalStatus.READY:
        return NOTHING
    change = NOTHING
    for person in await approvers(tools):
        theirs = [note for note in kept if note.chat == person.chat]
        if not theirs or any(_shows(note, row) for note in theirs):
            continue
        message, body = await proposal_message(row, person, tools)
        identity = derived_id("chat proposal", person.chat, row["id"], row["digest"], "anew")
        shown = (Shown(row["id"], row["number"], row["digest"]),)
        note = Note(identity, NoteKind.PROPOSAL, person, message, row["id"], shown, theirs[-1].id, body)
        change += await write_note(note, tools)
    return change


def _shows(note: Kept, row: Row) -> bool:
    items = note.body.get("items") or [{"number": row["number"], "digest": note.body.get("digest")}]
    return any(item["number"] == row["number"] and item["digest"] == row["digest"] for item in items)
