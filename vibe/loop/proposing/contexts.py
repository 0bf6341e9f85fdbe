"""What a proposer is shown: the block, its neighbourhood, the goal, what was tried and refused, what is being done.

Plain data, chosen by named queries and packed under a budget of tokens: parts come in the order of their worth, and
what no longer fits is left out and named (`left_out`), so that a person can see what a draft did not know. The same is
kept on the proposal: critic and arbiter see what the proposer saw. What is marked private says so (`private`), for the
edge that asks a model elsewhere to take it out.

Source: issue 5 (Context).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vibe.domain.blocks import RESERVED
from vibe.domain.canonical import to_json
from vibe.domain.proposals import ProposalStatus
from vibe.kernel.tools import Tools
from vibe.loop.proposing.gaps import Item
from vibe.loop.proposing.likening import Rejection, Rejections
from vibe.ports.inward import Row

LINKS = 20
EARLIER = 10
AGAINST = 3
REJECTED = 8
PREFERENCES = 20
UNDER_WAY = 20
TEXT = 1_500
LIST = 12
BLOCKS = 6
CHARACTERS_A_TOKEN = 3
"""As the model edge counts, erring upwards."""
OWN_SHARE = 0.75
"""Of the budget, for the block itself."""
PREFERENCE = "standing preference"
"""The `sort` of Knowledge blocks that say what a person always wants."""
DOING = [ProposalStatus.APPROVED.value, ProposalStatus.EXECUTING.value]
_MACHINE = RESERVED | {"madeBy", "madeOn", "importSha256", "sourceId", "leverId", "lock", "keptAt"}


@dataclass(slots=True)
class _Parcel:
    """A context being packed: parts until the budget is used up, then the names of what is left out."""

    room: int
    parts: dict[str, Any] = field(default_factory=dict)
    left_out: list[dict[str, Any]] = field(default_factory=list)

    def put(self, name: str, items: Iterable[Mapping[str, Any]], *, least: int = 0) -> None:
        """Pack a list, item by item in its order; the first `least` go in whatever they take."""
        kept: list[Mapping[str, Any]] = []
        dropped: list[str] = []
        for item in items:
            size = size_of(item)
            if len(kept) >= least and (dropped or size > self.room):
                dropped.append(_called(item))
                continue
            self.room -= size
            kept.append(item)
        self.parts[name] = kept
        if dropped:
            self.left_out.append({"what": name, "count": len(dropped), "titles": dropped[:LIST]})

    def trimmed(self, block: dict[str, Any]) -> dict[str, Any]:
        """The block with as many of its fields as take no more than most of the room, the longest left out first."""
        facts = dict(block["facts"])
        dropped = []
        while facts and size_of({**block, "facts": facts}) > self.room * OWN_SHARE:
            longest = max(sorted(facts), key=lambda name: size_of(facts[name]))
            dropped.append(longest)
            del facts[longest]
        if dropped:
            self.left_out.append({"what": "facts", "count": len(dropped), "titles": dropped[:LIST]})
        return {**block, "facts": facts}


def size_of(value: object) -> int:
    """How many tokens some data takes in a prompt, about."""
    return len(to_json(value)) // CHARACTERS_A_TOKEN + 1


def _called(item: Mapping[str, Any]) -> str:
    """What a part that was left out is called on the proposal's page."""
    return " ".join(str(item.get("title") or item.get("quote") or "").split())[:80]


async def read_context(item: Item, rejections: Rejections, tools: Tools) -> dict[str, Any]:
    """Read what a proposer of this item is shown."""
    graph, main = tools.graph, item.blocks[0]
    links = await graph.read("proposals/neighbours", id=main["id"], limit=LINKS, **{"except": ["CONCERNS"]})
    against = await graph.read("proposals/against", ids=[gap.block_id for gap in item.gaps], limit=AGAINST)
    goal = await graph.read("proposals/goal", plan=item.first.plan or "", status="active")
    earlier = await graph.read("proposals/of_gaps", ids=[gap.id for gap in item.gaps], limit=EARLIER)
    preferences = await graph.read("proposals/preferences", sort=PREFERENCE, status="active", limit=PREFERENCES)
    gap = {
        "type": item.first.type,
        "severity": item.first.severity,
        "description": item.first.description[:TEXT],
        "suggested_action": item.first.suggested_action[:TEXT],
        "count": len(item.gaps),
    }
    parcel = _Parcel(tools.settings.model.context_tokens - size_of(gap))
    blocks = [_block(row) for row in item.blocks[:BLOCKS]]
    parcel.put("blocks", [parcel.trimmed(blocks[0]), *blocks[1:]], least=1)
    parcel.put("against", (_marked(row, _quoted(row)) for row in against))
    goals = [_marked(row, {"title": str(row["title"])[:TEXT]}) for row in goal]
    parcel.put("north_star", goals)
    parcel.put("preferences", (_marked(row, _said(row)) for row in preferences))
    parcel.put("rejected", await _rejected(item, rejections, tools))
    parcel.put("earlier", (_marked(row, _earlier(row)) for row in earlier))
    parcel.put("under_way", await _under_way(item, tools))
    parcel.put("links", (_marked(row, _link(row)) for row in links))
    goals = parcel.parts.pop("north_star")
    found = {"gap": gap, **parcel.parts, "north_star": goals[0] if goals else None}
    return found | ({"left_out": parcel.left_out} if parcel.left_out else {})


async def _rejected(item: Item, rejections: Rejections, tools: Tools) -> list[dict[str, Any]]:
    """What a person turned down, of all three kinds: about these gaps first, then the latest."""
    ids = {gap.id for gap in item.gaps}
    ordered = sorted(rejections, key=lambda one: not ids & one.scores.keys())[:REJECTED]
    about = sorted({gap for one in ordered for gap in one.scores})[:500]
    private = {row["id"] for row in await tools.graph.read("proposals/private_among", ids=about)} if about else set()
    return [_turned_down(one, is_private=bool(private & one.scores.keys())) for one in ordered]


def _turned_down(one: Rejection, *, is_private: bool) -> dict[str, Any]:
    told = {"number": one.number, "title": one.title, "kind": one.kind.value, "reason": one.reason[:TEXT]}
    return told | {"private": True} if is_private else told


async def _under_way(item: Item, tools: Tools) -> list[dict[str, Any]]:
    """What is already being done: approved proposals, and the plan's tasks that run."""
    rows = await tools.graph.read("proposals/under_way", statuses=DOING, limit=UNDER_WAY)
    tasks: Sequence[Row] = []
    if item.first.plan:
        tasks = await tools.graph.read(
            "proposals/tasks_under_way", plan=item.first.plan, statuses=["running"], limit=UNDER_WAY
        )
    return [_marked(row, {"title": row["title"], "status": row["status"]}) for row in (*rows, *tasks)]


def _marked(row: Row, told: dict[str, Any]) -> dict[str, Any]:
    return told | {"private": True} if row["private"] else told


def _link(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("type", "outward", "kind", "title", "status")}


def _quoted(row: Row) -> dict[str, Any]:
    return {"quote": str(row["quote"])[:TEXT], "file": row["file"], "line": row["line"]}


def _said(row: Row) -> dict[str, Any]:
    return {"title": str(row["title"])[:TEXT], "content": str(row["content"] or "")[:TEXT]}


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
