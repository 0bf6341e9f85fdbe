"""Agents and a person for stories of executions: they work through the same commands as over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.acceptance.world import OWNER, World, a_world
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import ClaimWork, RegisterAgent, ReportEvents, ResolveTicket, StartExecution
from vibe.domain.plans import Format, PlanReading

_numbers = count(1)


@dataclass
class Worker:
    """An agent that does whatever it is given, at once and well, unless told otherwise."""

    world: World
    id: str
    confidence: float = 0.95
    did: list[str] = field(default_factory=list)

    async def claim(self) -> dict[str, Any] | None:
        """Ask for a task."""
        receipt = await self.world.command(ClaimWork(self.id), f"agent:{self.id}")
        return receipt.answer["task"]

    async def report(self, task: Mapping[str, Any], kind: str, **more: Any) -> Mapping[str, Any]:
        """Say something about a task."""
        event = {"event_type": kind, "task_id": task["task_id"], "event_id": f"e{next(_numbers)}", **more}
        receipt = await self.world.command(ReportEvents(task["execution_id"], (event,)), f"agent:{self.id}")
        return receipt.answer

    async def work_once(self) -> bool:
        """Do one task; whether there was one."""
        task = await self.claim()
        if task is None:
            return False
        self.did.append(task["task_id"])
        done = {"summary": f"did {task['title']}"}
        await self.report(task, "task_completed", output_data=done, confidence=self.confidence)
        return True


async def a_worker(world: World, *actions: str, confidence: float = 0.95) -> Worker:
    """Let an agent in that can do these actions."""
    number = next(_numbers)
    capabilities = tuple({"action": action} for action in actions)
    command = RegisterAgent(f"worker {number}", capabilities, f"k{number}", f"hash{number}")
    return Worker(world, (await world.command(command)).answer["agent_id"], confidence)


async def tickets(world: World) -> list[Mapping[str, Any]]:
    """The tickets that wait."""
    rows = await world.app.graph.read("tickets/list", statuses=["open"], limit=1000)
    return [row["properties"] for row in rows]


RESOLVED_BY = {"work": "done", "review": "accept", "breakdown": "accept", "wait": "skip"}


async def person_works(world: World) -> int:
    """The scripted person ends every ticket that waits; how many there were."""
    waiting = await tickets(world)
    for ticket in waiting:
        await world.command(ResolveTicket(ticket["id"], RESOLVED_BY[ticket["kind"]], note="fine"), OWNER)
    return len(waiting)


async def work_to_the_end(world: World, workers: Sequence[Worker], *, rounds: int = 2000) -> None:
    """Let agents and the person work until nobody has anything to do."""
    for _ in range(rounds):
        await world.settle()
        busy = [await worker.work_once() for worker in workers]
        if not any(busy) and not await person_works(world):
            await world.settle()
            if not await tickets(world) and not any([await worker.work_once() for worker in workers]):
                return
    raise AssertionError("they never came to an end")


def a_work_plan() -> PlanReading:
    """Three tasks, one after the other: one for an agent, one that is not clear, one that is a person's."""
    blocks = (
        Block("goal", Kind.NORTH_STAR, "Three new customers"),
        Block("t1", Kind.TASK, "Research dog breeders near us", status="pending", properties={"position": 1}),
        Block("t2", Kind.TASK, "Breeders and their websites", status="pending", properties={"position": 2}),
        Block("t3", Kind.TASK, "Select the first three", status="pending", properties={"position": 3}),
    )
    links = (Link(LinkType.DEPENDS_ON, "t2", "t1"), Link(LinkType.DEPENDS_ON, "t3", "t2"))
    return PlanReading("breeders", "Breeders", Format.EXCHANGE, blocks, links)


@asynccontextmanager
async def a_running_plan(home: Path) -> AsyncIterator[tuple[World, Worker, dict[str, Any]]]:
    """A plan that is carried out, an agent, and the task it holds."""
    async with a_world(home) as world:
        await world.app.import_plan(a_work_plan(), actor=OWNER)
        worker = await a_worker(world, "research", "document")
        await world.command(StartExecution("breeders"))
        await world.settle()
        await person_works(world)
        await world.settle()
        task = await worker.claim()
        assert task is not None
        yield world, worker, task
