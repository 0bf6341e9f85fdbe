"""What a proposer is shown: the block, its neighbourhood, the goal, what was tried before. Plain data, bounded.

The same is kept on the proposal, so that critic and arbiter see what the proposer saw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.blocks import RESERVED
from vibe.kernel.tools import Tools
from vibe.loop.proposing.gaps import Item
from vibe.ports.inward import Row

LINKS = 20
EARLIER = 10
AGAINST = 3
TEXT = 1_500
LIST = 12
BLOCKS = 6
_MACHINE = RESERVED | {"madeBy", "madeOn", "importSha256", "sourceId", "leverId", "lock", "keptAt"}


async def read_context(item: Item, tools: Tools) -> dict[str, Any]:
    """Read what a proposer of this item is shown."""
    main = item.blocks[0]
    graph = tools.graph
    links = await graph.read("proposals/neighbours", id=main["id"], limit=LINKS, **{"except": ["CONCERNS"]})
    against = await graph.read("proposals/against", ids=[gap.block_id for gap in item.gaps], limit=AGAINST)
    goal = await graph.read("proposals/goal", plan=item.first.plan or "", status="active")
    earlier = await graph.read("proposals/of_gaps", ids=[gap.id for gap in item.gaps], limit=EARLIER)
    return {
        "gap": {
            "type": item.first.type,
            "severity": item.first.severity,
            "description": item.first.description[:TEXT],
            "suggested_action": item.first.suggested_action[:TEXT],
            "count": len(item.gaps),
        },
        "blocks": [_block(row) for row in item.blocks[:BLOCKS]],
        "links": [{name: row[name] for name in ("type", "outward", "kind", "title", "status")} for row in links],
        "against": [{"quote": str(row["quote"])[:TEXT], "file": row["file"], "line": row["line"]} for row in against],
        "north_star": {"title": str(goal[0]["title"])[:TEXT]} if goal else None,
        "earlier": [_earlier(row) for row in earlier],
    }


def _earlier(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("number", "title", "status", "rejection_type", "reason")}


def _block(row: Row) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "kind", "title", "status", "priority", "file", "line")}
    found = {**shown, "content": str(row["content"] or "")[:TEXT], "facts": facts_of(row["properties"])}
    return found | {"private": True} if row["properties"].get("private") is True else found


def facts_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A block's own fields: short texts and lists of them."""
    found: dict[str, Any] = {}
    for name, value in sorted(properties.items()):
        if name in _MACHINE:
            continue
        if isinstance(value, str):
            found[name] = value[:TEXT]
        elif isinstance(value, Sequence) and all(isinstance(part, str) for part in value):
            found[name] = [part[:TEXT] for part in value[:LIST]]
    return found
