"""Warning: what the owner must know of the model, once, in every chat.

Woken by `ModelNamed`, `BreakerTripped` and `BudgetSpent`, each of which the gate writes once. Emits `MessageIntended`.
The pages show the same in their strip.

Source: issue 5 (The model edge).
"""

from __future__ import annotations

from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Entry
from vibe.domain.identities import derived_id
from vibe.domain.notifications import Note, NoteKind
from vibe.domain.warnings import warning_of
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import approvers, write_note


async def warn_owner(entry: Entry, tools: Tools) -> Change:
    """Say it to everybody who decides."""
    message = warning_of(entry.type, entry.body)
    change = NOTHING
    for person in await approvers(tools):
        identity = derived_id("chat warning", person.chat, entry.id)
        change += await write_note(Note(identity, NoteKind.WARNING, person, message), tools)
    return change
