"""Who gets which task first: by priority, then the longest way still to go, fair between plans; and taking over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.workers import a_running_plan, a_worker, person_works, tickets
from tests.acceptance.world import OWNER, World, a_world
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import ResolveTicket, StartExecution
from vibe.domain.plans import Format, PlanReading
from vibe.plans import starting

pytestmark = pytest.mark.asyncio


def a_plan_of(name: str, *tasks: tuple[str, str], after: tuple[tuple[str, str], ...] = ()) -> PlanReading:
    """A plan of research tasks, each (title, priority); `after` names what waits for what."""
    blocks = tuple(
        Block(f"{name}-{title}", Kind.TASK, f"Research {title}", status="pending", priority=priority)
        for title, priority in tasks
    )
    links = tuple(Link(LinkType.DEPENDS_ON, f"{name}-{later}", f"{name}-{earlier}") for later, earlier in after)
    return PlanReading(name, name, Format.EXCHANGE, blocks, links)


async def titles(world: World, count: int) -> list[str]:
    """What so many new agents get, one after the other."""
    found: list[dict[str, Any]] = []
    for _ in range(count):
        task = await (await a_worker(world, "research")).claim()
        assert task is not None
        found.append(task)
    return [task["title"].split(": ")[-1].removeprefix("Gather what is known about ") for task in found]


async def test_what_matters_and_what_holds_up_most_comes_first(tmp_path: Path) -> None:
    """P0 before P2; of the same priority the one that most hours come after."""
    async with a_world(tmp_path / "home") as world:
        tasks = (("short", "P2"), ("long", "P2"), ("urgent", "P0"), ("last", "P2"))
        await world.app.import_plan(a_plan_of("one", *tasks, after=(("last", "long"),)), actor=OWNER)
        await a_worker(world, "research", "document")
        await world.command(StartExecution("one"))
        await world.settle()
        given = await titles(world, 3)
        assert [next(word for word in ("urgent", "long", "short") if word in title) for title in given] == [
            "urgent",
            "long",
            "short",
        ]


async def test_everything_that_waits_for_nothing_is_in_line_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they are: no task that somebody could do waits for the next sweep."""
    monkeypatch.setattr(starting, "AT_ONCE", 5)
    async with a_world(tmp_path / "home") as world:
        tasks = [(f"number {n}", "P2") for n in range(16)]
        await world.app.import_plan(a_plan_of("many", *tasks, after=(("number 1", "number 0"),)), actor=OWNER)
        await a_worker(world, "research", "document")
        started = await world.command(StartExecution("many"))
        await world.settle()
        execution = started.answer["execution_id"]
        found = await world.app.graph.read("executions/counts", execution=execution)
        left = await world.app.graph.read("executions/ready", execution=execution, limit=500)
        counts = {row["status"]: row["count"] for row in found}
        assert left == []
        assert counts["queued"] == 15


async def test_no_plan_keeps_another_waiting(tmp_path: Path) -> None:
    """The plan that has fewer tasks in hand is served first, however many wait in the other."""
    async with a_world(tmp_path / "home") as world:
        for name in ("big", "small"):
            tasks = tuple((f"{name} {number}", "P2") for number in range(4 if name == "big" else 2))
            await world.app.import_plan(a_plan_of(name, *tasks), actor=OWNER)
            await world.command(StartExecution(name))
        await a_worker(world, "research", "document")
        await world.settle()
        given = await titles(world, 4)
        assert sorted(next(name for name in ("big", "small") if name in title) for title in given) == [
            "big",
            "big",
            "small",
            "small",
        ]


async def test_a_person_takes_a_task_over(tmp_path: Path) -> None:
    """A result that is not good enough can be done by the person: no agent gets the task again."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        await worker.report(task, "task_completed", output_data={"summary": "perhaps"}, confidence=0.5)
        [ticket] = await tickets(world)
        await world.command(ResolveTicket(ticket["id"], "take_over"), OWNER)
        await world.settle()
        none = await worker.claim()
        [mine] = await tickets(world)
        await person_works(world)
        await world.settle()
        following = await worker.claim()
        assert none is None
        assert (mine["kind"], mine["task"]) == ("work", task["task_id"])
        assert following is not None
        assert [(item["task_id"], item["status"]) for item in following["inputs"]] == [(task["task_id"], "completed")]
