"""Which gaps are drafted for next: by severity, within the caps, one item for gaps with one remedy. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vibe.domain.canonical import sha256_of
from vibe.domain.proposals import OPEN, ProposalStatus, Waiting
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

CONTRADICTED = "contradicted"
SEARCHED = ("unvalidated_decision", "unvalidated_assumption")
DOCUMENTS = ("planexe", "markdown")
LOOKED_AT = 60
"""Gaps that one pass looks at, or so many as it may draft where that is more."""
MOST_LOOKED_AT = 500
WAITING = 200
MINE = ("CONCERNS", "PART_OF", "DERIVED_FROM")
"""Links that are no news about a block: the loop's own questions, where it belongs, where it came from."""
NEIGHBOURS = 100
OWN_CORPUS = "_own"


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap as a proposer needs it; `related_blocks` begins with the block it is about."""

    id: str
    type: str
    severity: str
    score: int
    description: str
    suggested_action: str
    related_blocks: tuple[str, ...]
    plan: str | None
    times_proposed: int
    context_sha256: str
    skipped_by: str
    skipped_score: int
    proposal_id: str | None = None
    status: str = "open"

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> OpenGap:
        """Read one row of `proposals/gaps_due`, `.../gaps_waiting` or `.../gaps_of`."""
        return cls(
            id=row["id"],
            type=row["type"] or row["rule"],
            severity=row["severity"] or "medium",
            score=row["score"] or 0,
            description=row["description"] or "",
            suggested_action=row["suggested_action"] or "",
            related_blocks=tuple(row["related_blocks"] or [row["block_id"]]),
            plan=row["plan"],
            times_proposed=row["times_proposed"],
            context_sha256=row["context_sha256"] or "",
            skipped_by=row["skipped_by"] or "",
            skipped_score=row["skipped_score"] or 0,
            proposal_id=row.get("proposal_id"),
            status=row.get("status") or "open",
        )

    @property
    def block_id(self) -> str:
        """The block it is about."""
        return self.related_blocks[0]


async def room_for(root: str, tools: Tools) -> int:
    """How many proposals may be drafted now: what both caps leave."""
    caps = tools.settings.proposals
    waiting = await tools.graph.read("proposals/open", statuses=sorted(OPEN), limit=500)
    drafted = await tools.graph.read("proposals/drafted_of_root", root=root, but=ProposalStatus.VAGUE)
    return max(0, min(caps.open_max - len(waiting), caps.drafted_a_cycle - int(drafted[0]["count"])))


async def gaps_due(daily: bool, tools: Tools) -> list[OpenGap]:
    """Open gaps that may be proposed now, the most pressing first."""
    rows = await tools.graph.read(
        "proposals/gaps_due",
        first=CONTRADICTED,
        waits=[Waiting.DIGEST.value] if daily else [],
        now=tools.clock.now(),
        daily=daily,
        limit=min(max(LOOKED_AT, tools.settings.proposals.drafted_a_cycle), MOST_LOOKED_AT),
    )
    return [OpenGap.from_row(row) for row in rows]


async def gaps_changed(active: Iterable[str], tools: Tools) -> list[OpenGap]:
    """Gaps that waited for a change and about which something changed; a rejection that was undone is one."""
    rows = await tools.graph.read("proposals/gaps_waiting", waits=Waiting.CHANGE, limit=WAITING)
    waiting = [OpenGap.from_row(row) for row in rows]
    held = frozenset(active)
    return [gap for gap in waiting if await _has_changed(gap, held, tools)]


async def _has_changed(gap: OpenGap, active: frozenset[str], tools: Tools) -> bool:
    if gap.skipped_by:
        return gap.skipped_by not in active or gap.score > gap.skipped_score
    return gap.context_sha256 != await context_sha256([gap], tools)


async def context_sha256(gaps: Sequence[OpenGap], tools: Tools) -> str:
    """Hash of everything that may make a gap worth another try: blocks, links, corpus, prompt."""
    ids = list(dict.fromkeys(block for gap in gaps for block in gap.related_blocks))[:NEIGHBOURS]
    blocks = await tools.graph.read("proposals/blocks", ids=ids)
    links = await tools.graph.read("proposals/neighbours", id=ids[0], limit=NEIGHBOURS, **{"except": list(MINE)})
    corpus = await tools.graph.read(
        "proposals/corpus", plan=gaps[0].plan or "", own=OWN_CORPUS, status="active", limit=1000
    )
    return sha256_of(
        [
            sorted([row["id"], row["content_sha256"], row["status"]] for row in blocks),
            [[row["type"], row["outward"], row["id"], row["content_sha256"]] for row in links],
            [[row["file"], row["sha256"]] for row in corpus],
            tools.catalog.prompt(PROMPT).sha256,
        ]
    )


PROMPT = "propose/draft"
"""Another text of it is a change that lets waiting gaps be tried again."""


@dataclass(frozen=True, slots=True)
class Item:
    """Gaps that one proposal would close, with the blocks they are about; the most pressing gap is first."""

    gaps: tuple[OpenGap, ...]
    blocks: tuple[Row, ...]

    @property
    def first(self) -> OpenGap:
        """The gap that names the item."""
        return self.gaps[0]


async def grouped(due: Sequence[OpenGap], tools: Tools) -> list[Item]:
    """Join gaps with one remedy, in the order of the most pressing of each; what is over the cap makes another item."""
    rows = await _blocks_of(due, tools)
    documented = await _documented_plans(due, tools)
    items: dict[str, list[list[OpenGap]]] = {}
    for gap in due:
        if gap.block_id not in rows:
            continue
        parts = items.setdefault(remedy_key(gap, rows, documented), [[]])
        if len(parts[-1]) == tools.settings.proposals.gaps_in_one:
            parts.append([])
        parts[-1].append(gap)
    place = {gap.id: number for number, gap in enumerate(due)}
    ordered = sorted((part for parts in items.values() for part in parts), key=lambda part: place[part[0].id])
    return [_item(part, rows) for part in ordered]


async def together(gaps: Sequence[OpenGap], tools: Tools) -> Item | None:
    """Make one item of gaps that one proposal has already; None where no block of theirs is left."""
    rows = await _blocks_of(gaps, tools)
    known = [gap for gap in gaps if gap.block_id in rows]
    return _item(known, rows) if known else None


async def _blocks_of(gaps: Sequence[OpenGap], tools: Tools) -> dict[str, Row]:
    wanted = list(dict.fromkeys(block for gap in gaps for block in gap.related_blocks))
    rows: dict[str, Row] = {}
    for start in range(0, len(wanted), 100):
        found = await tools.graph.read("proposals/blocks", ids=wanted[start : start + 100])
        rows |= {row["id"]: row for row in found}
    return rows


async def _documented_plans(gaps: Sequence[OpenGap], tools: Tools) -> frozenset[str]:
    """Plans of documents, all of which one search reads, with more claims than may wait for a person at once."""
    claims = Counter(gap.plan for gap in gaps if gap.plan and gap.type in SEARCHED)
    plans = sorted(str(plan) for plan, count in claims.items() if count > tools.settings.proposals.open_max)
    rows = await tools.graph.read("plans/by_id", ids=plans) if plans else []
    return frozenset(row["id"] for row in rows if row["source"] in DOCUMENTS)


def remedy_key(gap: OpenGap, blocks: Mapping[str, Row], documented: Container[str] = ()) -> str:
    """Gaps with the same key are closed by the same thing.

    Where a plan of documents has many claims, those of one kind are one search through the same documents, the first
    time; what was proposed before is taken up by itself.
    """
    main = blocks[gap.block_id]
    others = [blocks[block] for block in gap.related_blocks[1:] if block in blocks]
    if gap.type in SEARCHED and gap.plan in documented and gap.times_proposed == 0:
        return f"documents {gap.plan} {gap.type}"
    if gap.type == "missing_capability" and len(others) == 1:
        return f"capability {others[0]['id']}"
    stopped = [row for row in others if row["kind"] == "Task"]
    if gap.type == "blocked_task" and len(stopped) == 1 and main["status"] != "blocked":
        return f"stopped {stopped[0]['id']}"
    if gap.type == "unvalidated_assumption" and main["content"]:
        words = " ".join(str(main["content"]).lower().split())  # the same claim under two headings is one search
        return f"claim {gap.plan} {sha256_of(words)}"
    return f"block {gap.block_id}"


def _item(gaps: Sequence[OpenGap], rows: Mapping[str, Row]) -> Item:
    ids = dict.fromkeys(block for gap in gaps for block in gap.related_blocks)
    return Item(tuple(gaps), tuple(rows[block] for block in ids if block in rows))
