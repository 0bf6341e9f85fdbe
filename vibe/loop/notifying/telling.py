"""Telling: each person's digest in their chat.

Woken by `HumanNotified` (a digest that an import or a cycle set off is told at once) and by `SweepDue`: once a day at
the hour of the digest in the person's own zone, when nothing is drafted or argued about any more. Reads the ready
proposals this chat was not shown in their version, so whatever was held back, or was ready before the person was let
in, is in the next digest; never more than are to be open in one chat. Nothing of the sample. A day without news is one
silent line.

What is complex goes as a message of its own beside the digest. Emits `MessageIntended`.

Source: SPEC section 5 (digest), document 003 section 5.
"""

from __future__ import annotations

from collections.abc import Sequence

from vibe.domain.canonical import from_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.digests import Item, chosen, header_of
from vibe.domain.events import Entry
from vibe.domain.identities import derived_id
from vibe.domain.notices import Listed, digest_message, is_complex, quiet_day
from vibe.domain.notifications import Approver, Note, NoteKind, NoteStatus, Shown
from vibe.domain.packets import parse_packet
from vibe.domain.proposals import ProposalStatus
from vibe.kernel.tools import Tools
from vibe.loop.notifying.grounding import is_busy, read_grounding
from vibe.loop.notifying.reading import approvers, proposal_message, write_note
from vibe.ports.inward import Row

DIGESTS = [NoteKind.DIGEST.value, NoteKind.QUIET_DAY.value]
READY = ProposalStatus.READY.value
MOST_READY = 200


async def tell_at_once(entry: Entry, tools: Tools) -> Change:
    """Send a digest that was sent at once to every chat."""
    if not entry.body.get("at_once"):
        return NOTHING  # the day's digest comes in each person's own morning
    change = NOTHING
    for person in await approvers(tools):
        change += await _tell(person, f"at once {entry.body['notification']}", tools)
    return change


async def tell_daily(tick: Entry, tools: Tools) -> Change:
    """Send the day's digest to each person whose morning it is, once the morning's work is done."""
    del tick
    now = tools.clock.now()
    change = NOTHING
    for person in await approvers(tools):
        due = person.hours.since(now, tools.settings.owner.digest_at)
        key = f"day {person.hours.day(now)}"
        if due is None or await _was_told(person, key, tools):
            continue
        if await is_busy(tools):
            return change
        change += await _tell(person, key, tools, daily=True)
    return change


def _identity(person: Approver, key: str) -> str:
    return derived_id("chat digest", person.chat, key)


async def _was_told(person: Approver, key: str, tools: Tools) -> bool:
    return bool(await tools.graph.read("ledger/nodes/notification", ids=[_identity(person, key)]))


async def _tell(person: Approver, key: str, tools: Tools, *, daily: bool = False) -> Change:
    last = await tools.graph.read("notifications/last_in_chat", chat=person.chat, kinds=DIGESTS)
    rows = await _items(person, tools)
    grounding = await read_grounding(tools)
    waiting = await tools.graph.read("notifications/waiting_proposals", status=READY)
    header = header_of(grounding, last[0]["grounded"] if last else None, waiting[0]["count"])
    lines, settled = await _lines(person, last, tools)
    change = NOTHING
    plain = [row for row in rows if not is_complex(row["proposal_type"] or "", parse_packet(row["action"]))]
    if plain or lines:
        change += await _digest(person, _identity(person, key), header, plain, lines, tools)
    elif daily and last and not rows:
        note = Note(_identity(person, key), NoteKind.QUIET_DAY, person, quiet_day(header), body={"header": header})
        change += await write_note(note, tools)
    if not change.effects:
        return await _alone(person, key, rows, tools, first=_identity(person, key))
    told = {"id": _identity(person, key), "props": {"grounded": grounding.grounded}}
    change += Change(effects=(Effect("notifications/write", told),))
    return change + settled + await _alone(person, key, [row for row in rows if row not in plain], tools)


async def _items(person: Approver, tools: Tools) -> list[Row]:
    """What this chat is to be shown now, in the order of a digest."""
    owner = tools.settings.owner
    shown = await tools.graph.read("notifications/undecided", chat=person.chat, status=READY, limit=MOST_READY)
    rows = await tools.graph.read("notifications/unshown", chat=person.chat, status=READY, limit=MOST_READY)
    room = max(owner.open_items_max - len(shown), 0)
    most = min(room, tools.settings.proposals.in_one_digest)
    found = {row["id"]: row for row in rows}
    return [found[item.id] for item in chosen([Item.from_row(row) for row in rows], most)]


async def _lines(person: Approver, last: Sequence[Row], tools: Tools) -> tuple[list[str], Change]:
    """What the page told beside proposals since this chat's last digest, and what was held back for this one."""
    after = last[0]["intended_ms"] if last else 0
    told = await tools.graph.read("notifications/told_since", after_ms=after, limit=50) if last else []
    lines = [line for row in told for line in from_json(row["lines"])]
    held = await tools.graph.read("notifications/for_digest", chat=person.chat, status=NoteStatus.HELD.value, limit=100)
    lines += [str(from_json(row["body"]).get("short", "")) for row in held]
    props = {"status": NoteStatus.DROPPED.value, "reason": "told in a digest"}
    settled = [Effect("notifications/write", *({"id": row["id"], "props": props} for row in held))] if held else []
    expects = tuple(expect("Notification", row["id"], status=NoteStatus.HELD.value) for row in held)
    return [line for line in lines if line], Change(expects=expects, effects=tuple(settled))


async def _digest(
    person: Approver, identity: str, header: str, rows: Sequence[Row], lines: Sequence[str], tools: Tools
) -> Change:
    items = [
        Listed(row["number"], row["title"], row["impact"] or "", row["gap"] or row["title"], row["digest"])
        for row in rows
    ]
    body = {"header": header, "items": [item.plainly() for item in items], "lines": list(lines)}
    message = digest_message(header, items, lines)
    note = Note(identity, NoteKind.DIGEST, person, message, shown=_shown(rows), body=body)
    return await write_note(note, tools)


async def _alone(person: Approver, key: str, rows: Sequence[Row], tools: Tools, first: str = "") -> Change:
    """Send what is complex, each in a message of its own; `first` is the id of the first: the day's digest is told."""
    change = NOTHING
    full = await tools.graph.read("proposals/by_id", ids=[row["id"] for row in rows]) if rows else []
    for row in full:
        message, body = await proposal_message(row, person, tools)
        identity = first or derived_id("chat proposal", person.chat, row["id"], row["digest"], key)
        first = ""
        note = Note(identity, NoteKind.PROPOSAL, person, message, row["id"], _shown([row]), body=body)
        change += await write_note(note, tools)
    return change


def _shown(rows: Sequence[Row]) -> tuple[Shown, ...]:
    return tuple(Shown(row["id"], row["number"], row["digest"]) for row in rows)
