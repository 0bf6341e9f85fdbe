"""Plans that get done: from import to the last task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.workers import a_work_plan, a_worker, tickets, work_to_the_end
from tests.acceptance.world import OWNER, World, a_world
from vibe.domain.commands import StartExecution
from vibe.plans.formats import read_plan
from vibe.plans.showing import read_execution, read_log, read_tasks

pytestmark = pytest.mark.asyncio
RUNS = ("20250321_silo", "20260308_sovereign_identity", "20260311_parasomnia_research_unit")


async def test_a_plan_goes_from_import_to_completed(tmp_path: Path) -> None:
    """What is unclear is asked first; then agents and a person do every step, in order, and the blocks say so."""
    async with a_world(tmp_path / "home") as world:
        await world.app.import_plan(a_work_plan(), actor=OWNER)
        worker = await a_worker(world, "research", "document")
        started = (await world.command(StartExecution("breeders"))).answer
        await world.settle()
        waiting = await tickets(world)
        await work_to_the_end(world, [worker])
        execution = (await world.app.graph.read("executions/by_id", ids=[started["execution_id"]]))[0]
        blocks = await world.app.graph.read("blocks/by_id", ids=["t1", "t2", "t3"])
        assert [row["kind"] for row in waiting] == ["breakdown"]
        assert execution["status"] == "completed"
        assert {row["status"] for row in blocks} == {"completed"}
        assert len(worker.did) == 4  # research and its write-up, the unclear one's draft, the choices laid out
        assert await world.ledger_faults() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
async def test_a_real_plan_is_carried_out_by_three_agents_and_a_person(
    tmp_path: Path, planexe_runs: Path, name: str
) -> None:
    """Every task ends done or skipped, nothing before what it waits for, no task twice, and the ledger holds."""
    async with a_world(tmp_path / "home") as world:
        plan = (await world.app.import_plan(read_plan(planexe_runs / name), actor=OWNER)).answer["plan"]
        workers = [await a_worker(world, *actions) for actions in (("research", "review"), ("document",), ("build",))]
        started = (await world.command(StartExecution(plan))).answer["execution_id"]
        await work_to_the_end(world, workers)
        status = await read_execution(world.app.graph, started)
        tasks = await read_tasks(world.app.graph, started)
        ended: set[str] = set()
        early = []
        for item in await read_whole_log(world, started):
            if item.get("after") == "running" and "id" in item:
                waits = next(task["waits_for"] for task in tasks if task["task_id"] == item["id"])
                early += [item["title"] for other in waits if other not in ended]
            if item.get("after") in ("completed", "skipped") and "id" in item:
                assert item["id"] not in ended
                ended.add(item["id"])
        assert status["status"] == "completed"
        assert {task["status"] for task in tasks} <= {"completed", "skipped"}
        assert early == []
        assert len(ended) == len(tasks)
        assert len({task["done_by"].partition(":")[0] for task in tasks}) == 2
        assert await world.ledger_faults() == []


async def read_whole_log(world: World, execution: str) -> list[dict[str, Any]]:
    """Everything that happened in an execution, page by page."""
    found: list[dict[str, Any]] = []
    while page := await read_log(world.app.graph, execution, found[-1]["seq"] if found else 0):
        found += page
    return found
