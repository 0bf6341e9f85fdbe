"""What happened becomes one request to analyse, with what it can touch, or none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.acceptance.world import World, a_world
from vibe.domain.blocks import Block, Kind
from vibe.domain.changes import Change, Effect
from vibe.domain.commands import AddBlocks, AnalyseNow, PauseLoop, ResumeLoop
from vibe.domain.errors import BadInput, Refused
from vibe.domain.events import Entry, Event, Tick
from vibe.kernel.commit import Acts, Where
from vibe.kernel.submissions import Submission
from vibe.kernel.tools import Tools
from vibe.loop.triggering import request_analysis

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
BLOCKS = (
    Block("d", Kind.DECISION, "Rent"),
    Block("t", Kind.TASK, "Paint", "", "pending"),
    Block("k", Kind.KNOWLEDGE, "Rain"),
    Block("e", Kind.EVIDENCE, "Offer"),
)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world with one block of each kind that matters here; nothing waits."""
    async with a_world(tmp_path) as made:
        await made.command(AddBlocks(BLOCKS))
        await made.wait(seconds=2)
        yield made


def entry(kind: str, *ids: str, actor: str = "owner:cli", **body: Any) -> Entry:
    """An entry about blocks."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Entry(1, f"{kind} {ids}", kind, "s", actor, at, "c", "r", {"ids": list(ids), **body} if ids or body else {})


async def asked(world: World, *entries: Entry) -> list[dict[str, Any]]:
    """The requests that come of entries."""
    app = world.app
    acts = Acts(app.gate, Where("c", "triggering.request_analysis", "r", None))
    tools = Tools(app.graph, app.clock, app.ids, app.chance, app.settings, app.catalog, acts, app.likeness)
    return [dict(event.body) for event in (await request_analysis(list(entries), tools)).events]


async def test_what_comes_together_is_one_request_with_the_rules_it_can_touch(world: World) -> None:
    """Ids are joined, each once; only rules that read blocks of these kinds are asked for."""
    (request,) = await asked(world, entry("BlocksChanged", "d", "k"), entry("EvidenceAdded", "e", targets=["d"]))
    (about_task,) = await asked(world, entry("TaskCompleted", "t"))
    assert request["ids"] == ["d", "k", "e"]
    assert (request["scope"], request["draft"], request["wake"]) == ("touched", True, "outside")
    assert set(request["rules"]) == {
        "unvalidated_decision", "unvalidated_assumption", "contradicted", "missing_capability",
    }  # fmt: skip
    assert set(about_task["rules"]) == {"blocked_task", "missing_capability"}


async def test_the_loop_s_own_writes_are_asked_about_apart_and_not_drafted(world: World) -> None:
    """What the loop wrote wakes the rules, but its gaps wait for the daily pass; what others wrote does not wait."""
    requests = await asked(
        world,
        entry("BlocksChanged", "d"),
        entry("BlocksAdded", "t", actor="loop"),
        entry("BlocksAdded", "k", actor="loop"),
    )
    assert [(one["wake"], one["draft"], one["ids"]) for one in requests] == [
        ("outside", True, ["d"]),
        ("loop", False, ["t", "k"]),
    ]


async def test_the_daily_tick_and_a_big_import_ask_for_everything(world: World) -> None:
    """Whatever else waits is part of it: one request over everything, and the rest of the cycle follows."""
    (daily,) = await asked(world, entry(Tick.ANALYSIS_DUE), entry("BlocksChanged", "d"))
    (imported,) = await asked(world, entry("PlanImported", plan="p"))
    (many,) = await asked(world, entry("BlocksAdded", *(f"b{number}" for number in range(2001))))
    assert daily == {"scope": "all", "draft": True, "wake": "daily"}
    assert imported["scope"] == many["scope"] == "all"
    assert (imported["wake"], many["wake"]) == ("outside", "outside")


async def test_nothing_is_asked_for_nothing(world: World) -> None:
    """An entry without blocks asks for nothing."""
    assert await asked(world, entry("BlocksChanged", plan="p")) == []


async def test_parts_of_a_plan_that_is_coming_in_wait_for_its_end(world: World) -> None:
    """Blocks of a plan that is being imported are not asked about; another plan's are."""
    row = {"id": "p", "key": 1, "props": {"status": "importing", "title": "P"}}
    change = Change(effects=(Effect("plans/create", row),), events=(Event("BlocksChanged", "p", {"ids": []}),))
    await world.app.gate.commit(Submission(change, "made", "owner:cli", world.clock.now()))
    coming = await asked(world, entry("BlocksAdded", "d", plan="p"))
    both = await asked(world, entry("BlocksAdded", "d", plan="p"), entry("BlocksAdded", "t", plan="q"))
    assert coming == []
    assert [request["ids"] for request in both] == [["t"]]


async def test_a_paused_loop_asks_for_nothing_and_looks_at_everything_afterwards(world: World) -> None:
    """What happened during a pause is not forgotten: going on looks at everything. A cycle is refused meanwhile."""
    await world.command(PauseLoop("holiday"))
    paused = await asked(world, entry("BlocksChanged", "d"), entry(Tick.ANALYSIS_DUE))
    with pytest.raises(Refused, match="holiday"):
        await world.command(AnalyseNow(draft=True))
    before = len(await world.happened("AnalysisFinished"))
    await world.command(ResumeLoop())
    await world.wait(seconds=2)
    finished = (await world.happened("AnalysisFinished"))[before:]
    assert paused == []
    assert [body["scope"] for body in finished] == ["all"]


async def test_one_rule_can_be_asked_for(world: World) -> None:
    """A rule that does not exist is told with those that do."""
    with pytest.raises(BadInput, match="unvalidated_decision"):
        await world.command(AnalyseNow(rule="nonsense"))
    await world.command(AnalyseNow(rule="blocked_task"))
    await world.settle()
    assert (await world.happened("AnalysisRequested"))[-1]["rules"] == ["blocked_task"]
