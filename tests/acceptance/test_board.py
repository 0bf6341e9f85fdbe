"""The board in memory: it says what the store says, whatever happens, and two that ask at once get different tasks."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.acceptance.workers import Worker, a_worker
from tests.acceptance.world import OWNER, World, a_world
from tests.stores import fresh_store, second_user
from vibe.app import App
from vibe.bootstrap import Given, open_app
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import ClaimWork, MoveExecution, RefuseTask, SignOfLife, StartExecution
from vibe.domain.errors import VibeError
from vibe.domain.plans import Format, PlanReading
from vibe.domain.work_commands import RevokeAgent
from vibe.edges.graph.adapter import Neo4jStore
from vibe.testing import ManualClock, ManualWakeup, SeededChance, SerialIds

TASKS = 12
LANES = ["queued:review", "queued:document", "queued:research"]


def a_plan(tasks: int = TASKS) -> PlanReading:
    """Tasks of two kinds; each third waits for the one before it."""
    words = ("Review", "Document")
    blocks = [Block(f"t{n}", Kind.TASK, f"{words[n % 2]} number {n}", status="pending") for n in range(tasks)]
    links = [Link(LinkType.DEPENDS_ON, f"t{n}", f"t{n - 1}") for n in range(2, tasks, 3)]
    return PlanReading("work", "Work", Format.EXCHANGE, tuple(blocks), tuple(links))


class Story:
    """A world with agents and an execution, and what can happen in it."""

    def __init__(self, world: World, workers: list[Worker], execution: str) -> None:
        self.world, self.workers, self.execution = world, workers, execution
        self.held: dict[str, dict[str, Any]] = {}

    async def happen(self, what: str, who: int) -> None:
        """Let one thing happen; what is refused is refused."""
        worker = self.workers[who % len(self.workers)]
        with suppress(VibeError):
            await getattr(self, what)(worker)

    async def claim(self, worker: Worker) -> None:
        """Ask for work."""
        if task := await worker.claim():
            self.held[worker.id] = task

    async def progress(self, worker: Worker) -> None:
        """Say how far it is."""
        await worker.report(self.held[worker.id], "task_progress", progress_ratio=0.5) if self._holds(worker) else None

    async def finish(self, worker: Worker) -> None:
        """Hand a result in."""
        if self._holds(worker):
            done = {"output_data": {"summary": "done"}, "confidence": 0.9}
            await worker.report(self.held.pop(worker.id), "task_completed", **done)

    async def doubt(self, worker: Worker) -> None:
        """Hand in what a person must look at."""
        if self._holds(worker):
            done = {"output_data": {"summary": "done"}, "confidence": 0.2}
            await worker.report(self.held.pop(worker.id), "task_completed", **done)

    async def fail(self, worker: Worker) -> None:
        """Say that it did not work."""
        await worker.report(self.held.pop(worker.id), "task_failed") if self._holds(worker) else None

    async def refuse(self, worker: Worker) -> None:
        """Hand a task back."""
        if self._holds(worker):
            await self.world.command(RefuseTask(worker.id, self.held.pop(worker.id)["task_id"]), f"agent:{worker.id}")

    async def beat(self, worker: Worker) -> None:
        """Give a sign of life."""
        await self.world.command(SignOfLife(worker.id), f"agent:{worker.id}")

    async def pass_time(self, _: Worker) -> None:
        """Two minutes go by."""
        await self.world.wait(minutes=2)

    async def pause(self, _: Worker) -> None:
        """The owner pauses."""
        await self.world.command(MoveExecution(self.execution, "paused"), OWNER)

    async def resume(self, _: Worker) -> None:
        """The owner resumes."""
        await self.world.command(MoveExecution(self.execution, "running"), OWNER)

    async def revoke(self, worker: Worker) -> None:
        """The owner lets an agent go; another comes."""
        await self.world.command(RevokeAgent(worker.id), OWNER)
        self.workers.append(await a_worker(self.world, "review"))

    def _holds(self, worker: Worker) -> bool:
        return worker.id in self.held


THINGS = (
    ["claim"] * 5
    + ["progress"] * 2
    + ["finish"] * 3
    + ["doubt", "fail", "refuse", "beat", "pass_time", "pause", "resume"]
)
THINGS += ["revoke"]


def questions(story: Story, tasks: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that the board answers from memory."""
    agents = [worker.id for worker in story.workers]
    now_ms = int(story.world.clock.now().timestamp() * 1000)
    yield "agents/by_id", {"ids": agents}
    yield "executions/by_id", {"ids": [story.execution]}
    yield "executions/tasks_by_id", {"ids": tasks}
    yield "executions/claimable", {"lanes": LANES, "without": [], "now_ms": now_ms, "limit": 500}
    yield "executions/loads", {"ids": [story.execution]}
    yield "tickets/of_tasks", {"tasks": tasks}
    yield "loop/pauses", {"limit": 500}
    for agent in agents:
        yield "executions/held", {"agent": agent, "limit": 100}
    for task in tasks:
        yield "executions/before", {"id": task, "limit": 32}


async def differences(story: Story, tasks: list[str]) -> list[tuple[str, Any, Any]]:
    """Where the board says something else than the store."""
    found = []
    for query, params in questions(story, tasks):
        said = await story.world.app.board.read(query, **params)
        true = await story.world.app.graph.read(query, **params)
        if query in ("agents/by_id", "executions/tasks_by_id", "tickets/of_tasks"):
            said, true = sorted(said, key=str), sorted(true, key=str)
        if query == "executions/loads":
            said, true = [row for row in said if row["running"]], [row for row in true if row["running"]]
        if [dict(row) for row in said] != [dict(row) for row in true]:
            found.append((query, said, true))
    return found


async def tell(things: list[tuple[str, int]]) -> list[Any]:
    """Let these things happen one after the other, and look after each."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_world(Path(folder) / "home") as world:
            workers = [await a_worker(world, "review"), await a_worker(world, "document", "review")]
            await world.app.import_plan(a_plan(), actor=OWNER)
            started = (await world.command(StartExecution("work"))).answer["execution_id"]
            await world.settle()
            story = Story(world, workers, started)
            rows = await world.app.graph.read("executions/tasks", execution=started, after=0, limit=1000)
            tasks = [row["properties"]["id"] for row in rows]
            for number, (what, who) in enumerate(things):
                await story.happen(what, who)
                if found := await differences(story, tasks):
                    return [number, what, *found]
    return []


@pytest.mark.slow
@settings(
    max_examples=4, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(things=st.lists(st.tuples(st.sampled_from(THINGS), st.integers(0, 5)), min_size=25, max_size=40))
def test_the_board_says_what_the_store_says(things: list[tuple[str, int]]) -> None:
    """After every claim, report, refusal, pause, sweep and leave, every question it answers has the store's answer."""
    assert asyncio.run(tell(things)) == []


def an_app(home: Path, store: Neo4jStore, clock: ManualClock, prefix: str) -> AbstractAsyncContextManager[App]:
    """One process's app on a store that another uses, too."""
    ids = SerialIds(prefix)
    return open_app(home, Given(clock=clock, ids=ids, chance=SeededChance(), wakeup=ManualWakeup(), store=store))


async def claims(app: App, agents: list[str]) -> list[str]:
    """All these agents ask at once, until each has a task or there is none."""

    async def one(agent: str) -> str | None:
        while True:
            with suppress(VibeError):
                task = (await app.execute(ClaimWork(agent), actor=f"agent:{agent}")).answer["task"]
                return str(task["task_id"]) if task else None

    return [task for task in await asyncio.gather(*map(one, agents)) if task]


@pytest.mark.asyncio
async def test_those_who_claim_at_once_never_get_the_same_task(tmp_path: Path) -> None:
    """Forty agents over two processes that know nothing of each other, and forty tasks: each is given once."""
    clock = ManualClock()
    async with (
        fresh_store() as store,
        second_user(store) as other_store,
        an_app(tmp_path, store, clock, "a") as one,
        an_app(tmp_path, other_store, clock, "b") as two,
    ):
        world = World(one, clock)
        agents = [(await a_worker(world, "review", "document")).id for _ in range(40)]
        await one.import_plan(a_plan(40), actor=OWNER)
        await one.execute(StartExecution("work"), actor=OWNER)
        await world.settle()
        ready = await one.graph.read("executions/claimable", lanes=LANES, without=[], now_ms=2**53, limit=500)
        given_out = await asyncio.gather(claims(one, agents[::2]), claims(two, agents[1::2]))
        tasks = [task for part in given_out for task in part]
        assert all(given_out)
        assert len(tasks) == len(set(tasks))
        assert len(tasks) == min(len(ready), len(agents))
        assert await world.ledger_faults() == []


@pytest.mark.asyncio
async def test_all_who_ask_at_once_hear_of_a_task_that_is_new(tmp_path: Path) -> None:
    """A task comes into a lane that is remembered: who asks while another's asking is under way is told of it, too."""
    async with a_world(tmp_path / "home") as world:
        worker = await a_worker(world, "review", "document")
        await world.app.import_plan(a_plan(3), actor=OWNER)
        await world.command(StartExecution("work"), OWNER)
        await world.settle()
        world.app.board.forget()
        asked = {"lanes": LANES, "without": [], "now_ms": 2**53, "limit": 500}
        assert len(await world.app.board.read("executions/claimable", **asked)) == 2
        for _ in range(2):
            done = {"output_data": {"summary": "done"}, "confidence": 0.9}
            await worker.report(await worker.claim(), "task_completed", **done)
        await world.settle()
        both = await asyncio.gather(*(world.app.board.read("executions/claimable", **asked) for _ in range(2)))
        assert [[row["properties"]["title"] for row in rows] for rows in both] == [["Review number 2"]] * 2
