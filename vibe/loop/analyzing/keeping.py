"""Keeping: what an analysis found and lost becomes gaps opened, opened again, closed, scored anew.

A graph can have tens of thousands of gaps: they are written in parts ahead of the end, each part named by what it
holds, so that an analysis that is cut off goes on where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, expect
from vibe.domain.events import Event, EventType
from vibe.domain.gap_rows import as_change_parts, create_gap, described, move_gap, open_gaps, set_gap
from vibe.domain.gaps import Facts, Found, GapStatus, Rule, Severity
from vibe.domain.identities import derived_id
from vibe.kernel.tools import Tools
from vibe.loop.analyzing.running import AT_ONCE, Known, Request, Run, in_parts
from vibe.ports.inward import Row

PART = 1000
"""Gaps written in one change."""
GONE = "looked for and not found any more"
AGAIN: dict[str, Any] = {
    "closedAt": None,
    "closedReason": None,
    "proposalId": None,
    "waitsFor": None,
    "nextAt": None,
    "mark": None,
}
"""What a gap that is found again loses."""
_RANK = {severity.value: place for place, severity in enumerate(reversed(Severity))}


@dataclass(slots=True)
class Kept:
    """What was written ahead (counted), and the rest that the handler returns."""

    rest: Change = field(default_factory=lambda: NOTHING)
    found_count: int = 0
    closed_count: int = 0

    @property
    def says_something(self) -> bool:
        """Whether there is anything to write or to tell."""
        return bool(self.found_count or self.closed_count or self.rest.effects)


async def keep(runs: Sequence[Run], known: Known, request: Request, tools: Tools) -> Kept:
    """Write what the runs found and lost; the last part is left to the handler's own change."""
    rules = {run.rule.name: run.rule for run in runs}
    fresh = [item for run in runs for item in run.fresh]
    gone = [row for run in runs for row in run.gone]
    kept = Kept(found_count=len(fresh), closed_count=len(gone))
    for part in in_parts(fresh, PART):
        await _put(kept, await _open(part, rules, request, tools), [item.id for item in part], tools)
    for rows in in_parts(gone, PART):
        await _put(kept, _close(rows, tools.clock.now()), [row["id"] for row in rows], tools)
    kept.rest += await _rescore(runs, known, request, tools)
    return kept


async def _put(kept: Kept, change: Change, ids: Sequence[str], tools: Tools) -> None:
    """Keep a small part for the end; a full one is written now."""
    if len(ids) < PART:
        kept.rest += change
    else:
        await tools.acts.record(f"part {derived_id(*sorted(ids))}", change)


async def _open(founds: Sequence[Found], rules: dict[str, Rule], request: Request, tools: Tools) -> Change:
    now = tools.clock.now()
    before, facts, titles = await asyncio.gather(
        _before(founds, tools),
        read_facts([item.block_id for item in founds], tools),
        _titles([name for item in founds for name in item.related[1:]], tools),
    )
    opened_by = "loop" if request.wake == "loop" else "outside"
    created, moves, items = [], [], []
    for item in founds:
        about = facts.get(item.block_id, Facts(item.block_id))
        props = described(rules[item.rule], about, [titles.get(name, name) for name in item.related[1:]], now)
        if item.id not in before:
            created.append((create_gap(item, props, at=now, opened_by=opened_by), item))
        elif before[item.id]["status"] == GapStatus.CLOSED:
            again = {**props, **AGAIN, "openedAt": now, "openedBy": opened_by}
            moves.append(move_gap(item.id, GapStatus.CLOSED, GapStatus.OPEN, **again))
        else:
            continue  # somebody else opened it meanwhile
        items.append({"id": item.id, "rule": item.rule, "block": item.block_id, "severity": props["severity"]})
    expects, effects = as_change_parts(moves)
    if created:
        new_expects, new_effects = open_gaps([row for row, _ in created], [item for _, item in created])
        expects, effects = expects + new_expects, effects + new_effects
    return Change(expects, effects, (Event(EventType.GAPS_FOUND, "analysis", {"items": items}),))


async def _before(founds: Sequence[Found], tools: Tools) -> dict[str, Row]:
    """The gaps among these that there were before."""
    parts = [
        await tools.graph.read("gaps/of_ids", ids=part) for part in in_parts([item.id for item in founds], AT_ONCE)
    ]
    return {row["id"]: row for rows in parts for row in rows}


def _close(rows: Sequence[Row], now: datetime) -> Change:
    moves = [move_gap(row["id"], row["status"], GapStatus.CLOSED, closedAt=now, closedReason=GONE) for row in rows]
    items = [{"id": row["id"], "rule": row["rule"], "block": row["block_id"], "reason": GONE} for row in rows]
    expects, effects = as_change_parts(moves)
    return Change(expects, effects, (Event(EventType.GAPS_CLOSED, "analysis", {"items": items}),))


async def _rescore(runs: Sequence[Run], known: Known, request: Request, tools: Tools) -> Change:
    """Score anew what was touched or came of age; a gap that was never to be shown comes back where it is worse now."""
    now = tools.clock.now()
    found = {gap for run in runs for gap in run.found}
    if request.is_whole:
        rows = await tools.graph.read("gaps/older", now_ms=epoch_ms(now), limit=PART)
    else:
        rows = list(known.rows.values())
    rules = {run.rule.name: run.rule for run in runs}
    rows = [row for row in rows if row["rule"] in rules and row["id"] in found and row["status"] != GapStatus.CLOSED]
    facts, titles = await asyncio.gather(
        read_facts([row["block_id"] for row in rows], tools),
        _titles([name for row in rows for name in row["related"][1:]], tools),
    )
    moves = []
    for row in rows:
        if row["block_id"] in facts:
            others = [titles.get(name, name) for name in row["related"][1:]]
            props = described(rules[row["rule"]], facts[row["block_id"]], others, now)
            if request.is_whole or any(props[name] != row[name] for name in ("score", "description")):
                moves.append((expect("Gap", row["id"], status=row["status"]), _scored_anew(row, props)))
    expects, effects = as_change_parts(moves)
    return Change(expects, effects)


def _scored_anew(row: Row, props: dict[str, Any]) -> dict[str, Any]:
    never = row["status"] == GapStatus.SUPPRESSED and row["mark"] is None and not row["baseline"]
    is_worse = _RANK[props["severity"]] > _RANK[row["severity"]]
    return set_gap(row["id"], **props, **({"status": GapStatus.OPEN.value} if never and is_worse else {}))


async def read_facts(ids: Iterable[str], tools: Tools) -> dict[str, Facts]:
    """Read what severity and words need to know about blocks."""
    found = {}
    for part in in_parts(list(dict.fromkeys(ids)), AT_ONCE):
        for row in await tools.graph.read("gaps/facts", ids=part):
            found[row["id"]] = Facts(
                title=row["title"] or row["id"],
                kind=row["kind"] or "",
                plan=row["plan"],
                grade=row["grade"] or "",
                priority=row["priority"] or "",
                created_at=row["created_at"],
                reach=row["leaning"] + row["resting"],
                bears_on_goal=bool(row["bears_on_goal"]),
            )
    return found


async def _titles(ids: Iterable[str], tools: Tools) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in in_parts(list(dict.fromkeys(ids)), AT_ONCE):
        found |= {row["id"]: row["title"] for row in await tools.graph.read("gaps/titles", ids=part)}
    return found
