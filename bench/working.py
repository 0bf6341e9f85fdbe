"""Claims and reports a second, at the desk (without HTTP), with 64 agents at once."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from bench.figures import Figure
from vibe.bootstrap import open_app
from vibe.domain.blocks import Block, Kind
from vibe.domain.commands import ClaimWork, ImportPlan, RegisterAgent, ReportEvents, StartExecution
from vibe.domain.errors import Conflict
from vibe.domain.plans import Format, PlanReading

AGENTS = 64
REPORTS_EACH = 20
ARRAYS_EACH = 3
OWNER = "owner:bench"
Work = Callable[[list[float]], Awaitable[Any]]


def a_plan() -> PlanReading:
    """As many tasks as there are agents, none waiting for another."""
    blocks = tuple(Block(f"t{n}", Kind.TASK, f"Review number {n}", status="pending") for n in range(AGENTS))
    return PlanReading("bench", "Bench", Format.EXCHANGE, blocks, ())


async def run() -> list[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_app(Path(folder) / "home") as app:
            agents = [await an_agent(app, n) for n in range(AGENTS)]
            await app.execute(ImportPlan(a_plan()), actor=OWNER)
            started = await app.execute(StartExecution("bench"), actor=OWNER)
            await app.settle(started.root)
            claimed, times = await timed([claiming(app, agent, place) for place, agent in enumerate(agents)])
            tasks = [receipt.answer["task"] for receipt in claimed]
            held = [(agent, task) for agent, task in zip(agents, tasks, strict=True) if task]
            figures = [rate("claims, 64 agents at once", len(held), times, 1_500, 0.020)]
            for name, each, size, goal in (
                ("reports, one at a time", REPORTS_EACH, 1, 4_000),
                ("reports, arrays of 100", ARRAYS_EACH, 100, 50_000),
            ):
                _, times = await timed([reporting(app, agent, task, each, size) for agent, task in held])
                figures.append(rate(name, len(held) * each * size, times, goal, 0.100))
            return figures


async def an_agent(app: Any, number: int) -> str:
    """Let an agent in."""
    command = RegisterAgent(f"a{number}", ({"action": "review"},), f"k{number}", f"h{number}")
    return str((await app.execute(command, actor=OWNER)).answer["agent_id"])


def claiming(app: Any, agent: str, place: int) -> Work:
    """One agent that asks until it has a task."""

    async def claim(times: list[float]) -> Any:
        while True:
            start = time.perf_counter()
            try:
                receipt = await app.execute(ClaimWork(agent, place), actor=f"agent:{agent}")
            except Conflict:
                continue
            times.append(time.perf_counter() - start)
            if receipt.answer["task"]:
                return receipt

    return claim


def reporting(app: Any, agent: str, task: Any, each: int, size: int) -> Work:
    """One agent that reports progress, one request after the other."""

    async def report(times: list[float]) -> None:
        event = {"event_type": "task_progress", "task_id": task["task_id"], "progress_ratio": 0.5}
        for _ in range(each):
            start = time.perf_counter()
            await app.execute(ReportEvents(task["execution_id"], (event,) * size, size == 1), actor=f"agent:{agent}")
            times.append(time.perf_counter() - start)

    return report


async def timed(works: Sequence[Work]) -> tuple[list[Any], tuple[float, list[float]]]:
    """Do all at once: what each gave, how long all took, how long each request took."""
    times: list[float] = []
    start = time.perf_counter()
    found = await asyncio.gather(*(work(times) for work in works))
    return list(found), (time.perf_counter() - start, times)


def rate(name: str, count: int, times: tuple[float, list[float]], goal: int, p99_s: float) -> Figure:
    """Things a second, with the 99th percentile of a request."""
    whole, each = times
    p99 = sorted(each)[int(len(each) * 0.99)]
    met = count / whole >= goal and p99 <= p99_s
    wanted = f">= {goal}/s, p99 < {p99_s * 1000:.0f} ms"
    return Figure(name, count / whole, "1/s", wanted, met, note=f"p99 {p99 * 1000:.0f} ms")
