"""The rules find all and only the gaps there are: on graphs of any shape and size, with decoys, over and over."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.acceptance.world import World, a_world
from tests.generators.graphs import Planted, planted_graph
from tests.generators.reference import Found, gaps_of
from tests.stores import fresh_store
from vibe.bootstrap import Given, open_app
from vibe.domain.block_rows import create_links, remove_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.changes import Change, Effect
from vibe.domain.commands import AddBlocks, AnalyseNow, ImportPlan
from vibe.domain.events import Event, EventType
from vibe.domain.plans import Format, PlanReading
from vibe.kernel.showing import read_gaps
from vibe.kernel.submissions import Submission
from vibe.ports.inward import Row, Store
from vibe.testing import ManualClock, ManualWakeup, SeededChance, SerialIds

pytestmark = pytest.mark.embedded


async def found_gaps(world: World) -> frozenset[Found]:
    """The open and proposed gaps in the graph, as the generators write them."""
    return frozenset((row["rule"], tuple(row["related_blocks"])) for row in await read_gaps(world.app.graph))


async def load(world: World, graph: Planted, plan: str = "planted") -> None:
    """Import a planted graph."""
    reading = PlanReading(plan, "Planted", Format.EXCHANGE, graph.blocks, graph.links)
    await world.command(ImportPlan(reading))


async def analyse(world: World) -> None:
    """Analyse everything now."""
    await world.command(AnalyseNow())
    await world.settle()


@pytest.mark.parametrize("size", [400, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.asyncio
async def test_all_and_only_the_planted_gaps_are_found(tmp_path: Path, size: int) -> None:
    """An import of any size is analysed once, and every gap that was planted is found, no decoy is."""
    graph = planted_graph(size)
    async with a_world(tmp_path) as world:
        await load(world, graph)
        await world.wait(seconds=2)
        requests = await world.happened("AnalysisRequested")
        found = await found_gaps(world)
    assert len(requests) == 1
    assert found == graph.gaps


@pytest.mark.asyncio
async def test_a_second_look_changes_nothing(tmp_path: Path) -> None:
    """Nothing changed: the next analysis finds nothing new, closes nothing, and writes its own entry only."""
    graph = planted_graph(400)
    async with a_world(tmp_path) as world:
        await load(world, graph)
        await world.wait(seconds=2)
        await analyse(world)
        finished = (await world.happened("AnalysisFinished"))[-1]
        rounds = len(await world.happened("GapsFound")), len(await world.happened("GapsClosed"))
        again = await found_gaps(world)
    assert (finished["found"], finished["closed"], finished["scope"], finished["warnings"]) == (0, 0, "all", [])
    assert rounds == (1, 0)
    assert again == graph.gaps


@pytest.mark.asyncio
async def test_thousands_of_gaps_are_written_in_parts(tmp_path: Path) -> None:
    """More gaps than one change holds: all are found, each once, in entries of a thousand."""
    blocks = tuple(Block(f"d{number}", Kind.DECISION, f"Decision {number}") for number in range(2300))
    async with a_world(tmp_path) as world:
        await load(world, Planted(blocks, (), frozenset()))
        await world.wait(seconds=2)
        found = await found_gaps(world)
        parts = [len(body["items"]) for body in await world.happened("GapsFound")]
        finished = (await world.happened("AnalysisFinished"))[-1]
        faults = await world.ledger_faults()
    assert found == {("unvalidated_decision", (block.id,)) for block in blocks}
    assert (parts, finished["found"]) == ([1000, 1000, 300], 2300)
    assert faults == []


@pytest.mark.asyncio
async def test_hubs_are_found_whole_however_small_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A capability that many tasks lack, an evidence against many decisions: more rows of one key than a page holds."""
    monkeypatch.setattr("vibe.loop.analyzing.running.SCAN", 3)
    blocks = [Block(f"c{number}", Kind.CAPABILITY, "Skill") for number in range(4)] + [Block("e", Kind.EVIDENCE, "No")]
    tasks = [Block(f"t{number}", Kind.TASK, "Task", "", "pending") for number in range(29)]
    decisions = [Block(f"d{number}", Kind.DECISION, "Decision") for number in range(14)]
    links = [Link(LinkType.REQUIRES, task.id, f"c{place % 4 if place > 15 else 0}") for place, task in enumerate(tasks)]
    links += [Link(LinkType.REQUIRES, "t20", "c3")]
    links += [Link(LinkType.CONTRADICTS, "e", decision.id) for decision in decisions]
    every = (*blocks, *tasks, *decisions)
    async with a_world(tmp_path) as world:
        await load(world, Planted(every, tuple(links), frozenset()))
        await analyse(world)
        found = await found_gaps(world)
    assert found == gaps_of(every, links)


class CountingStore:
    """A store that counts the named queries it is asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def read(self, query: str, /, **params: Any) -> list[Row]:
        """Count and pass on."""
        self.asked.append((query, params))
        return await self.store.read(query, **params)

    async def write(self, work: Any, /) -> Any:
        """Pass on."""
        return await self.store.write(work)


@pytest.mark.asyncio
async def test_an_event_costs_what_it_touched(tmp_path: Path) -> None:
    """One more Evidence on a graph of 400: no rule scans, and no test is handed more than the block it is about."""
    graph = planted_graph(400)
    bare = min(about for rule, (about, *_) in graph.gaps if rule == "unvalidated_decision")
    async with fresh_store() as store:
        counting = CountingStore(store)
        clock = ManualClock()
        given = Given(clock=clock, ids=SerialIds(), chance=SeededChance(), wakeup=ManualWakeup(), store=counting)
        async with open_app(tmp_path, given) as app:
            world = World(app, clock)
            await load(world, graph)
            await world.wait(seconds=2)
            counting.asked.clear()
            evidence = Block("new", Kind.EVIDENCE, "A survey")
            await world.command(AddBlocks((evidence,), (Link(LinkType.SUPPORTS, "new", bare),)))
            await world.wait(seconds=2)
            asked = [(name, params) for name, params in counting.asked if name.startswith("gaps/")]
            left = await found_gaps(world)
    assert left == graph.gaps - {("unvalidated_decision", (bare,))}
    assert not [name for name, _ in asked if name.endswith("/anchors") or name == "gaps/known"]
    assert {len(params["ids"]) for name, params in asked if name.endswith("/test")} == {1}
    assert len([name for name, _ in asked if "list" not in name and "page" not in name]) < 20


STATUSES = {
    Kind.TASK: ["pending", "queued", "blocked", "failed", "completed", "cancelled", "running"],
    Kind.EVIDENCE: ["active", "withdrawn"],
    Kind.ARTIFACT: ["active", "withdrawn"],
    Kind.CAPABILITY: ["active"],
    Kind.DECISION: ["active", "draft"],
    Kind.ASSUMPTION: ["active", "withdrawn"],
}
LINKS = [
    LinkType.SUPPORTS, LinkType.EVIDENCE_FOR, LinkType.CONTRADICTS, LinkType.DEPENDS_ON, LinkType.REQUIRES,
    LinkType.PROVIDES, LinkType.CONCERNS,
]  # fmt: skip


@st.composite
def small_graphs(draw: st.DrawFn) -> Planted:
    """Up to a dozen blocks of any kind and state, linked anyhow."""
    kinds = draw(st.lists(st.sampled_from(list(STATUSES)), min_size=2, max_size=12))
    blocks = [
        Block(f"b{place}", kind, f"B{place}", "", draw(st.sampled_from(STATUSES[kind])))
        for place, kind in enumerate(kinds)
    ]
    places = st.integers(0, len(blocks) - 1)
    drawn = draw(st.lists(st.tuples(st.sampled_from(LINKS), places, places), max_size=18, unique=True))
    links = [Link(kind, f"b{source}", f"b{target}") for kind, source, target in drawn if source != target]
    return Planted(tuple(blocks), tuple(links), gaps_of(blocks, links))


changes = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 6), st.sampled_from(LINKS), st.integers(0, 11)), max_size=4
)


def changed(graph: Planted, change: tuple[int, int, LinkType, int]) -> tuple[Planted, Change]:
    """Turn one block's status, and put in (or take out) one link; the change touches only the ids it names."""
    place, turn, link_type, other = change
    blocks = list(graph.blocks)
    first, second = place % len(blocks), other % len(blocks)
    choices = STATUSES[blocks[first].kind]
    blocks[first] = replace(blocks[first], status=choices[turn % len(choices)])
    ids, effects = [blocks[first].id], [Effect("blocks/set", set_block(blocks[first].id, status=blocks[first].status))]
    links = list(graph.links)
    if first != second:
        link = Link(link_type, blocks[first].id, blocks[second].id)
        ids.append(link.target)
        effects += remove_links([link]) if link in links else create_links([link])
        links = [known for known in links if known != link] if link in links else [*links, link]
    after = Planted(tuple(blocks), tuple(links), gaps_of(blocks, links))
    return after, Change((), tuple(effects), (Event(EventType.BLOCKS_CHANGED, ids[0], {"ids": ids}),))


def test_whatever_changes_the_known_gaps_are_the_gaps(tmp_path: Path) -> None:
    """On small graphs of any shape, changed step by step, what events keep is what the reference finds."""
    numbers = count()

    async def live(graph: Planted, steps: list[tuple[int, int, LinkType, int]], world: World) -> None:
        await world.app.graph.raw("MATCH (n) WHERE n:Block OR n:Gap OR n:Plan DETACH DELETE n")
        await load(world, graph, f"plan{next(numbers)}")
        await world.wait(seconds=2)
        assert await found_gaps(world) == graph.gaps
        for step in steps:
            graph, change = changed(graph, step)
            submission = Submission(change, f"step{next(numbers)}", "owner:test", world.clock.now())
            await world.app.gate.commit(submission)
            await world.wait(seconds=2)
            assert await found_gaps(world) == graph.gaps

    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        world = runner.run(stack.enter_async_context(a_world(tmp_path)))
        try:

            @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
            @given(small_graphs(), changes)
            def try_out(graph: Planted, steps: list[tuple[int, int, LinkType, int]]) -> None:
                runner.run(live(graph, steps, world))

            try_out()
        finally:
            runner.run(stack.aclose())
