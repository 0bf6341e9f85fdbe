"""Plans that get done: from import to the last task."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.workers import a_work_plan, a_worker, tickets, work_to_the_end
from tests.acceptance.world import OWNER, a_world
from vibe.domain.commands import StartExecution

pytestmark = pytest.mark.asyncio


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
