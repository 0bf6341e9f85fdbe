"""A report says what happened to a plan, from the ledger's own state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.workers import a_work_plan, a_worker, tickets, work_to_the_end
from tests.acceptance.world import OWNER, a_world
from vibe.domain.blocks import Block, Kind
from vibe.domain.commands import ResolveTicket, StartExecution
from vibe.domain.errors import NotFound
from vibe.domain.plans import PlanReading
from vibe.plans.report_texts import as_html, as_markdown
from vibe.plans.reporting import read_report

pytestmark = pytest.mark.asyncio


def _a_plan_with_a_risk() -> PlanReading:
    props = {"knowledgeKind": "risk", "likelihood": "Medium", "impact": "High", "action": "Ask two more."}
    risk = Block("r1", Kind.KNOWLEDGE, "Breeders <b>never</b> answer", properties=props)
    plan = a_work_plan()
    return replace(plan, blocks=(*plan.blocks, risk))


async def test_a_report_holds_progress_risks_costs_and_who_decided(tmp_path: Path) -> None:
    """What is done, when against when, what it cost, each ticket with who ended it, and the plan's risks."""
    async with a_world(tmp_path / "home") as world:
        await world.app.import_plan(_a_plan_with_a_risk(), actor=OWNER)
        before = await read_report(world.app.graph, "breeders", world.clock.now())
        worker = await a_worker(world, "research", "document")
        await world.command(StartExecution("breeders"))
        await world.settle()
        waiting = await tickets(world)
        await world.command(ResolveTicket(waiting[0]["id"], "accept", note="as drafted"), OWNER)
        await world.settle()
        task = await worker.claim()
        assert task is not None
        world.clock.advance(timedelta(minutes=1))
        done = {"output_data": {"summary": "three"}, "confidence": 0.9, "cost_usd": 1.25}
        await worker.report(task, "task_completed", **done)
        await work_to_the_end(world, [worker])
        report = await read_report(world.app.graph, "breeders", world.clock.now())
    first = next(row for row in report["gantt"] if row["task_id"] == task["task_id"])
    assert "Nothing of this plan" in as_markdown(before)
    assert report["execution"]["status"] == "completed"
    assert first["finished_at"] > first["started_at"]
    assert (first["critical"], first["done_by"]) == (True, f"agent:{worker.id}")
    assert report["costs"]["by"] == {f"agent:{worker.id}": 1.25}
    assert [(row["title"], row["likelihood"], row["action"]) for row in report["risks"]] == [
        ("Breeders <b>never</b> answer", "Medium", "Ask two more.")
    ]
    assert ("accept", OWNER, "as drafted") in [(row["decided"], row["by"], row["said"]) for row in report["decisions"]]
    for text in (as_markdown(report), as_html(report)):
        assert "1.25 USD" in text
        assert "as drafted" in text
        assert "<b>" not in text


async def test_there_is_no_report_about_no_plan(tmp_path: Path) -> None:
    """A name that is no plan's is said to be none."""
    async with a_world(tmp_path / "home") as world:
        with pytest.raises(NotFound):
            await read_report(world.app.graph, "nothing", world.clock.now())
