"""Notifying: what waits for the person is put before them, once.

Woken by `ProposalReady` and `ProposalFiltered` (one digest at once after an import or `vibe cycle`, when all its
proposals are through), by `DigestDue` (daily) and `SweepDue` (a digest that was due while the day was still being
looked at).
Reads the ready proposals no digest has shown; writes one `:Notification` with at most five of them and emits
`HumanNotified`. A proposal is in one digest only. A day with nothing new leaves one line in the log and nothing else.

The channel here is the page. The chats (`telling`) hang on `HumanNotified` and on each person's own morning, and leave
out items of the sample; what they are sent goes out by `sending`, and is kept true by `updating`.

Source: SPEC section 5 (digest), document 003 section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from vibe.domain.block_rows import set_block
from vibe.domain.canonical import epoch_ms, from_json, to_json
from vibe.domain.changes import NOTHING, Change, Effect, absent, expect
from vibe.domain.digests import Grounding, Item, chosen, header_of, text_of
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.proposals import ProposalStatus
from vibe.kernel.tools import Tools
from vibe.loop.notifying.grounding import is_busy, read_grounding
from vibe.ports.inward import Row

log = structlog.get_logger()

UNDER_WAY = [ProposalStatus.DRAFT.value, ProposalStatus.DEBATING.value]
AT_ONCE = frozenset({"outside", "command"})
"""Whose analysis is told about at once: a person changed or imported something, or ran a cycle."""
SENT, OWED = "sent", "owed"
MOST_READY = 200
CHANNEL = "page"


async def queue_item(entries: Sequence[Entry], tools: Tools) -> Change:
    """Send one digest at once when everything an import or a cycle led to is through; else leave it to the day's."""
    root = entries[0].root
    left = await tools.graph.read("notifications/under_way", root=root, statuses=UNDER_WAY)
    if left[0]["count"]:
        return NOTHING  # the last one wakes this again
    if not await _is_told_at_once(root, tools):
        return NOTHING
    identity = derived_id("digest", root)
    if await tools.graph.read("ledger/nodes/notification", ids=[identity]):
        return NOTHING
    return await _send(identity, tools, root)


async def _is_told_at_once(root: str, tools: Tools) -> bool:
    rows = await tools.graph.read("notifications/analyses", root=root, type=EventType.ANALYSIS_FINISHED.value, limit=50)
    bodies = [from_json(row["body"])["event"] for row in rows]
    return any(body.get("draft") and body.get("wake") in AT_ONCE for body in bodies)


async def send_digest(tick: Entry, tools: Tools) -> Change:
    """Send the day's digest; while the day is still being looked at it is owed, and sent by a sweep after that."""
    if await is_busy(tools):
        return _owe(tick.id)
    return await _send(derived_id("digest", tick.id), tools)


async def send_owed(tick: Entry, tools: Tools) -> Change:
    """Send a digest that is owed, as soon as nothing is drafted or argued about any more."""
    del tick
    rows = await tools.graph.read("notifications/owed", id=OWED, status=OWED)
    if not rows or await is_busy(tools):
        return NOTHING
    settled = Change((expect("Notification", OWED, tick=rows[0]["tick"]),), _owe(None).effects)
    return settled + await _send(derived_id("digest", rows[0]["tick"]), tools)


def _owe(tick: str | None) -> Change:
    """Note which digest is owed, in the one node there is for that; None: none is."""
    props = {"kind": OWED, "status": OWED if tick else SENT, "tick": tick}
    return Change(effects=(Effect("notifications/write", {"id": OWED, "props": props}),))


@dataclass(frozen=True, slots=True)
class _News:
    """What there is to tell: items, approvals that lapsed, what was done without asking."""

    items: list[Item]
    lapsed: list[Row]
    unasked: list[Row]

    def __bool__(self) -> bool:
        return bool(self.items or self.lapsed or self.unasked)

    def text(self, header: str) -> str:
        """The whole message."""
        return text_of(header, self.items, self.lines())

    def lines(self) -> list[str]:
        """What there is to tell beside the items."""
        why = "was approved but not carried out in time, and will not be"
        lapsed = [f"Proposal {row['number']} “{row['title']}” {why}." for row in self.lapsed]
        return lapsed + [
            f"Done without asking, as you allowed: {row['number']}. {row['title']}" for row in self.unasked
        ]

    def told(self, at: datetime) -> list[dict[str, Any]]:
        """Rows that note on each proposal that it was told."""
        return [
            *(set_block(item.id, notifiedAt=at) for item in self.items),
            *(set_block(row["id"], lapseToldAt=at) for row in self.lapsed),
            *(set_block(row["id"], unaskedToldAt=at) for row in self.unasked),
        ]


async def _news(tools: Tools, root: str | None) -> _News:
    """What no digest has told yet; after an import or a cycle what came of that is enough."""
    rows = await tools.graph.read("notifications/unsent", status=ProposalStatus.READY.value, limit=MOST_READY)
    items = [Item.from_row(row) for row in rows if root is None or row["root"] == root]
    lapsed = await tools.graph.read("notifications/lapsed", status=ProposalStatus.EXPIRED.value, limit=20)
    unasked = await tools.graph.read("notifications/unasked", limit=20)
    return _News(chosen(items, tools.settings.proposals.in_one_digest), lapsed, unasked)


async def _send(identity: str, tools: Tools, root: str | None = None) -> Change:
    news = await _news(tools, root)
    if not news:
        log.info("digest.empty")
        return NOTHING
    now = tools.clock.now()
    grounding = await read_grounding(tools)
    header = await _header(grounding, tools)
    props = {
        "kind": "digest",
        "channel": CHANNEL,
        "status": SENT,
        "at": now,
        "atMs": epoch_ms(now),
        "header": header,
        "text": news.text(header),
        "items": to_json([item.told() for item in news.items]).decode(),
        "lines": to_json(news.lines()).decode(),
        "grounded": grounding.grounded,
        "claims": grounding.claims,
    }
    numbers = [item.number for item in news.items]
    body = {"notification": identity, "items": numbers, "channel": CHANNEL, "header": header, "at_once": bool(root)}
    ready = ProposalStatus.READY.value
    return Change(
        expects=(
            absent("Notification", identity),
            *(expect("Block", one.id, status=ready, version=one.version, notifiedAt=None) for one in news.items),
        ),
        effects=(
            Effect("notifications/write", {"id": identity, "props": props}),
            Effect("blocks/set", *news.told(now)),
        ),
        events=(Event(EventType.HUMAN_NOTIFIED, identity, body),),
    )


async def _header(grounding: Grounding, tools: Tools) -> str:
    before = await tools.graph.read("notifications/last", status=SENT)
    waiting = await tools.graph.read("notifications/waiting_proposals", status=ProposalStatus.READY.value)
    return header_of(grounding, before[0]["grounded"] if before else None, waiting[0]["count"])
