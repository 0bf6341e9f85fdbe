"""Work that cannot go on: its task says so, a way out is proposed, and what is decided moves the work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.workers import a_running_plan, tickets
from tests.acceptance.world import OWNER, World
from vibe.domain.commands import AnalyseNow, AnswerQuestion, DecideProposal

pytestmark = pytest.mark.asyncio


async def status_of(world: World, block: str) -> str:
    """What a block says it is."""
    return str((await world.app.graph.read("blocks/by_id", ids=[block]))[0]["status"])


async def approve(world: World, proposal: Any, option: str) -> None:
    """Approve a proposal and give the answer that holds these words to what it asks."""
    await world.command(DecideProposal(proposal["number"], "approve", proposal["digest"]))
    await world.settle()
    question = (await world.app.graph.read("questions/list", statuses=["asked"], limit=10))[0]
    letter = next("ABCDEF"[n] for n, title in enumerate(question["options"]) if option in title)
    await world.command(AnswerQuestion(question["id"], letter), OWNER)
    await world.wait(seconds=3)


async def test_a_task_that_failed_for_good_gets_a_suggestion(tmp_path: Path) -> None:
    """Three failures: the block is blocked, the debated proposal asks what to do, the answer puts the task in line."""
    async with a_running_plan(tmp_path / "home") as (world, worker, first):
        task: dict[str, Any] | None = first
        for _ in range(3):
            assert task is not None
            await worker.report(task, "task_failed", output_data={"error": "the map is gone"})
            await world.wait(minutes=3)
            task = await worker.claim()
        blocked, waiting = await status_of(world, "t1"), await tickets(world)
        await world.command(AnalyseNow(draft=True))
        await world.wait(seconds=3)
        ready = await world.proposals("ready")
        proposal = next(row for row in ready if "Research dog breeders" in row["title"])
        happened = await world.happened("DebateOpened")
        await approve(world, proposal, "no longer blocked")
        again = await worker.claim()
        left = await tickets(world)
        after = await status_of(world, "t1")
        faults = await world.ledger_faults()
    assert task is None
    assert blocked == "blocked"
    assert [ticket["kind"] for ticket in waiting] == ["work"]
    assert proposal["number"] in [item["number"] for item in happened]
    assert again is not None
    assert (again["task_id"], again["attempt"]) == (first["task_id"], 4)
    assert left == []
    assert after == "pending"
    assert faults == []
