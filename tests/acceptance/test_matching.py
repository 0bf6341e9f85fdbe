"""Who gets a task where several could do it, and how that is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.workers import Worker, a_worker, work_to_the_end
from tests.acceptance.world import OWNER, World, a_world
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import RegisterAgent, StartExecution
from vibe.domain.plans import Format, PlanReading
from vibe.plans.showing_agents import read_agent_shown

pytestmark = pytest.mark.asyncio


def a_plan(name: str, *titles: str, chained: bool) -> PlanReading:
    """Research tasks, beside each other or one after the other."""
    blocks = [
        Block(f"{name}{number}", Kind.TASK, title, status="pending", properties={"position": number})
        for number, title in enumerate(titles)
    ]
    links = [
        Link(LinkType.DEPENDS_ON, f"{name}{number}", f"{name}{number - 1}") for number in range(1, len(blocks))
    ] if chained else []  # fmt: skip
    return PlanReading(
        name, name, Format.EXCHANGE, (Block(f"{name}g", Kind.NORTH_STAR, "A goal"), *blocks), tuple(links)
    )


async def shown(world: World, worker: Worker) -> dict[str, str]:
    """What is said of an agent, by action."""
    told = await read_agent_shown(world.app.graph, worker.id, world.clock.now())
    return {item["action"]: item["words"] for item in told["can"]}


async def test_who_has_proved_more_is_first_and_whoever_fits_is_next(tmp_path: Path) -> None:
    """The task is kept two seconds for the better one; then the other may have it. Both are told why."""
    async with a_world(tmp_path / "home") as world:
        await world.app.import_plan(
            a_plan("a", "Research one", "Research two", "Research three", chained=True), actor=OWNER
        )
        proved = await a_worker(world, "research", "document")
        await world.command(StartExecution("a"))
        await work_to_the_end(world, [proved])
        await world.wait(seconds=3)
        newcomer = await a_worker(world, "research", "document")
        await proved.claim()
        await world.app.import_plan(a_plan("b", "Research four", chained=False), actor=OWNER)
        await world.command(StartExecution("b"))
        await world.settle()
        words = await shown(world, newcomer), await shown(world, proved)
        too_early = await newcomer.claim()
        await world.wait(seconds=3)
        taken = await newcomer.claim()
    assert too_early is None
    assert taken is not None
    assert words[0]["research"].startswith("no record yet (50%), 0 of 1 in hand; number 2 of 2")
    assert words[1]["research"].startswith("3 done, 0 failed (80%), 0 of 1 in hand; first of 2")
    assert "has proved more" in words[1]["research"]


async def test_an_agent_takes_as_many_at_once_as_its_limits_say(tmp_path: Path) -> None:
    """Two of research, one of document; asked again at its limit it is told what it holds."""
    async with a_world(tmp_path / "home") as world:
        await world.app.import_plan(a_plan("a", *(f"Research {n}" for n in "abc"), chained=False), actor=OWNER)
        capabilities = ({"action": "research", "limits": {"tasks_at_once": 2}}, {"action": "document"})
        answer = (await world.command(RegisterAgent("two", capabilities, "k", "h"))).answer
        worker = Worker(world, answer["agent_id"])
        await world.command(StartExecution("a"))
        await world.settle()
        claimed = [await worker.claim() for _ in range(3)]
    ids = [task["task_id"] for task in claimed if task is not None]
    assert len(ids) == 3
    assert len(set(ids)) == 2
    assert ids[2] in ids[:2]
