"""How an analysis fails: too slow, broken, unreachable, nothing there; and what it says of gaps it finds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import World
from tests.stores import fresh_store
from vibe.app import App
from vibe.bootstrap import Given, open_app
from vibe.catalog import Catalog
from vibe.domain.block_rows import create_blocks
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.changes import Change, Effect
from vibe.domain.commands import AddBlocks, AnalyseNow, SetBlock
from vibe.domain.errors import BadInput, Permanent, Transient, Unreachable
from vibe.domain.events import Event
from vibe.kernel.showing import read_gaps
from vibe.kernel.submissions import Submission
from vibe.loop.analyzing.running import read_rules
from vibe.ports.inward import Row, Store
from vibe.settings import read_settings
from vibe.testing import ManualClock, ManualWakeup, SeededChance, SerialIds

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
DECISIONS = tuple(Block(f"d{number}", Kind.DECISION, f"Decision {number}") for number in range(7))


PASS = Exception("lets one call pass")


class FailingStore:
    """A store that fails for some queries as it is told: an error, `None` never answers, `PASS` does not fail."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.failures: dict[str, list[Exception | None]] = {}

    async def read(self, query: str, /, **params: Any) -> list[Row]:
        """Fail as long as there are failures for the query."""
        waiting = self.failures.get(query)
        if waiting:
            failure = waiting.pop(0)
            if failure is None:
                await asyncio.Event().wait()
            assert failure is not None
            if failure is not PASS:
                raise failure
        return await self.store.read(query, **params)

    async def write(self, work: Any, /) -> Any:
        """Pass on."""
        return await self.store.write(work)


@asynccontextmanager
async def a_failing_world(
    home: Path, rule_timeout: timedelta | None = None
) -> AsyncIterator[tuple[World, FailingStore]]:
    """A world whose store can be told to fail."""
    home.mkdir(exist_ok=True)
    settings = read_settings(home)
    if rule_timeout is not None:
        settings = settings.model_copy(update={"gaps": settings.gaps.model_copy(update={"rule_timeout": rule_timeout})})
    async with fresh_store() as store:
        failing = FailingStore(store)
        clock = ManualClock()
        given = Given(clock, SerialIds(), SeededChance(), ManualWakeup(), failing, settings)
        async with open_app(home, given) as app:
            await app.deliver_due()
            yield World(app, clock), failing


async def analysed(world: World) -> Mapping[str, Any]:
    """Analyse everything; what the analysis said at its end."""
    await world.command(AnalyseNow())
    await world.settle()
    return (await world.happened("AnalysisFinished"))[-1]


async def live(app: App) -> set[str]:
    """The blocks that open and proposed gaps are about."""
    return {gap["block_id"] for gap in await read_gaps(app.graph)}


@pytest.mark.parametrize("slow", [Transient("took longer than 30 s"), None])
async def test_a_rule_that_takes_too_long_looks_at_three_and_closes_nothing(
    tmp_path: Path, slow: Exception | None
) -> None:
    """Its query's time-out, or its own limit: three anchors, a warning, and no known gap is said to be gone."""
    async with a_failing_world(tmp_path, timedelta(seconds=1)) as (world, store):
        await world.command(AddBlocks(DECISIONS[:2]))
        await world.wait(seconds=2)
        await world.command(AddBlocks(DECISIONS[2:]))
        store.failures["gaps/unvalidated_decision/touched"] = [Transient("too slow")]
        await world.wait(seconds=2)
        after_event = await live(world.app)
        await world.command(SetBlock("d0", {"status": "withdrawn"}))
        store.failures["gaps/unvalidated_decision/anchors"] = [slow]
        finished = await analysed(world)
        kept = await live(world.app)
    assert len(after_event - {"d0", "d1"}) <= 3
    assert "unvalidated_decision was cut short" in finished["warnings"][0]
    assert (finished["closed"], "d0" in kept) == (0, True)


async def test_a_broken_rule_does_not_stop_the_others(tmp_path: Path) -> None:
    """The others find their gaps; the broken one is told in the ledger and closes nothing."""
    async with a_failing_world(tmp_path) as (world, store):
        await world.command(AddBlocks(DECISIONS[:1]))
        await world.wait(seconds=2)
        store.failures["gaps/unvalidated_decision/anchors"] = [Permanent("no such function")]
        await world.command(AddBlocks((Block("t", Kind.TASK, "Paint", "", "blocked"),)))
        finished = await analysed(world)
        failed = await world.happened("AnalysisFailed")
        blocks = await live(world.app)
    assert blocks == {"d0", "t"}
    assert failed == [{"rule": "unvalidated_decision", "reason": "no such function"}]
    assert finished["warnings"] == ["rule unvalidated_decision failed: no such function"]


async def test_an_unreachable_store_is_tried_three_times_then_an_alarm_is_raised(tmp_path: Path) -> None:
    """The third failure is in the ledger, the pauses grow; when it answers again the gaps are found."""
    async with a_failing_world(tmp_path) as (world, store):
        await world.command(AddBlocks(DECISIONS[:1]))
        store.failures["gaps/importing"] = [Unreachable("the store does not answer") for _ in range(3)]
        await world.command(AnalyseNow())
        alarms = []
        for _ in range(3):
            await world.settle()
            alarms.append(len(await world.happened("AnalysisFailed")))
            world.clock.advance(timedelta(minutes=5))
        await world.settle()
        found = await live(world.app)
    assert alarms == [0, 0, 1]
    assert found == {"d0"}


async def test_an_analysis_that_is_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    """The first thousand gaps are written when the store fails: the next try writes the rest, and none twice."""
    async with a_failing_world(tmp_path) as (world, store):
        many = tuple(Block(f"m{number}", Kind.ASSUMPTION, f"Assumption {number}") for number in range(1200))
        await world.command(AddBlocks(many))
        store.failures["gaps/facts"] = [PASS, PASS, Transient("gone for a moment")]
        await world.command(AnalyseNow())
        await world.settle()
        first = [len(body["items"]) for body in await world.happened("GapsFound")]
        world.clock.advance(timedelta(seconds=30))
        await world.settle()
        items = [item["id"] for body in await world.happened("GapsFound") for item in body["items"]]
        found = await live(world.app)
    assert first == [1000]
    assert len(items) == len(set(items)) == 1200
    assert found == {block.id for block in many}


async def test_what_the_loop_itself_opens_is_drafted_by_the_daily_pass_only(tmp_path: Path) -> None:
    """The loop's own assumption has its gap at once, but nobody is asked about it before the next daily pass."""
    async with a_failing_world(tmp_path) as (world, _):
        app = world.app
        effects = create_blocks([Block("a", Kind.ASSUMPTION, "Children like tea")], at=world.clock.now(), actor="loop")
        change = Change((), effects, (Event("BlocksAdded", "a", {"ids": ["a"]}),))
        await app.gate.commit(Submission(change, "the loop's", "loop", world.clock.now()))
        await world.wait(seconds=2)
        found = await live(app)
        (node,) = await app.graph.read("ledger/nodes/gap", ids=[gap["id"] for gap in await read_gaps(app.graph)])
        before = await world.happened("ProposalDrafted")
        await world.wait(days=1)
        after = await world.happened("ProposalDrafted")
    assert (found, node["properties"]["openedBy"]) == ({"a"}, "loop")
    assert (len(before), len(after)) == (0, 1)


async def test_a_full_analysis_that_finds_nothing_still_says_that_it_was_done(tmp_path: Path) -> None:
    """Nothing found is no error: one entry says so; an event that changes nothing leaves none at all."""
    async with a_failing_world(tmp_path) as (world, _):
        finished = await analysed(world)
        await world.command(AddBlocks((Block("d", Kind.DECISION, "Rent", status="draft"),)))
        await world.wait(seconds=2)
        done = await world.happened("AnalysisFinished")
        requested = await world.happened("AnalysisRequested")
    assert (finished["found"], finished["closed"], finished["warnings"]) == (0, 0, [])
    assert (len(done), len(requested)) == (1, 2)


async def test_a_gap_is_described_by_what_it_is_about(tmp_path: Path) -> None:
    """Plain words with the titles; severity from grade and priority; new words and weight when the block changes."""
    async with a_failing_world(tmp_path) as (world, _):
        lever = Block("d", Kind.DECISION, "Rent on Mill Street", properties={"grade": "Critical"})
        task = Block("t", Kind.TASK, "Paint", "", "pending", priority="P0")
        await world.command(
            AddBlocks(
                (lever, task, Block("f", Kind.TASK, "Buy paint", "", "failed"), Block("c", Kind.CAPABILITY, "Painter")),
                (Link(LinkType.DEPENDS_ON, "t", "f"), Link(LinkType.REQUIRES, "t", "c")),
            )
        )
        await world.wait(seconds=2)
        first = {gap["rule"]: gap for gap in await read_gaps(world.app.graph)}
        await world.command(SetBlock("d", {"title": "Rent on High Street"}))
        await world.wait(seconds=2)
        second = {gap["rule"]: gap for gap in await read_gaps(world.app.graph)}
    assert first["unvalidated_decision"]["description"] == 'The decision "Rent on Mill Street" rests on no evidence.'
    assert first["unvalidated_decision"]["severity"] == "critical"
    assert first["missing_capability"]["description"].endswith('what nobody here can do: "Painter".')
    assert first["missing_capability"]["related_blocks"] == ["t", "c"]
    assert first["blocked_task"]["description"].endswith('it depends on what has stopped, "Buy paint".')
    assert first["blocked_task"]["score"] == 70
    assert second["unvalidated_decision"]["id"] == first["unvalidated_decision"]["id"]
    assert "High Street" in second["unvalidated_decision"]["description"]


async def test_age_raises_a_score_in_the_daily_pass(tmp_path: Path) -> None:
    """A gap whose block is a month old weighs a little more, once; nothing else is written for it."""
    async with a_failing_world(tmp_path) as (world, _):
        await world.command(AddBlocks(DECISIONS[:1]))
        await world.wait(seconds=2)
        (young,) = await read_gaps(world.app.graph)
        await world.wait(days=29)
        (month,) = await read_gaps(world.app.graph)
        await world.wait(days=3)
        (older,) = await read_gaps(world.app.graph)
    assert (young["score"], month["score"], older["score"]) == (60, 60, 61)


async def test_a_gap_never_to_be_shown_comes_back_when_it_gets_worse(tmp_path: Path) -> None:
    """Suppressed by `never` it stays away as long as its severity does not rise; noise stays away even then."""
    async with a_failing_world(tmp_path) as (world, _):
        claims = [Block(name, Kind.ASSUMPTION, f"Assumption {name}") for name in ("never", "noise")]
        await world.command(AddBlocks(tuple(claims)))
        await world.wait(seconds=2)
        gaps = {gap["block_id"]: gap["id"] for gap in await read_gaps(world.app.graph)}
        for name, mark in (("never", None), ("noise", "noise")):
            row = {"id": gaps[name], "props": {"status": "suppressed", "mark": mark, "proposalId": None}}
            change = Change(effects=(Effect("gaps/set", row),), events=(Event("GapMarked", gaps[name], {}),))
            await world.app.gate.commit(Submission(change, f"by hand {name}", "owner:cli", world.clock.now()))
        await analysed(world)
        before = await live(world.app)
        tasks = tuple(Block(f"t{number}", Kind.TASK, "Step", "", "pending", priority="P3") for number in range(5))
        links = tuple(Link(LinkType.DEPENDS_ON, task.id, name) for task in tasks for name in gaps)
        await world.command(AddBlocks(tasks, links))
        await world.command(SetBlock("never", {"priority": "P0"}))
        await world.command(SetBlock("noise", {"priority": "P0"}))
        await world.wait(seconds=2)
        after = await live(world.app)
    assert (before, after) == (set(), {"never"})


async def test_a_folder_that_lacks_a_query_is_no_rule(tmp_path: Path) -> None:
    """The message names the missing file."""
    shipped = Catalog()
    query = shipped.query("gaps/blocked_task/test")
    catalog = Catalog(tmp_path)
    catalog.__dict__["queries"] = {"gaps/odd/test": replace(query, name="gaps/odd/test")}
    with pytest.raises(BadInput, match="anchors, touched, test") as refused:
        read_rules(catalog)
    assert refused.value.file == "cypher/gaps/odd/anchors.cypher"
