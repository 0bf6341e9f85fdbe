"""Risk gates: what reaches outside or costs money waits for a person, who sees exactly what it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.workers import Worker, a_worker, person_works, tickets
from tests.acceptance.world import OWNER, World, a_world
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import DecideProposal, ResolveTicket, SetBlock, StartExecution
from vibe.domain.plans import Format, PlanReading
from vibe.plans.showing import read_execution, read_tasks

pytestmark = pytest.mark.asyncio
WORDS = "Good day, we build websites for breeders."
STEPS = {
    name: f'- outreach: {title} (1 h) {{"channel":"phone","text":"{WORDS}","to":{to}}}'
    for name, title, to in (
        ("o1", "Call the first two", '["Carol","Marie"]'),
        ("o2", "Call Carol again", '["Carol"]'),
        ("o3", "Call a stranger", '["Otto"]'),
    )
}


def a_calling_plan() -> PlanReading:
    """Three tasks one after the other that call people; what is not clear of them a person types."""
    blocks = [
        Block(name, Kind.TASK, f"Breeders, part {name}", status="pending", properties={"position": place})
        for place, name in enumerate(STEPS)
    ]
    links = (Link(LinkType.DEPENDS_ON, "o2", "o1"), Link(LinkType.DEPENDS_ON, "o3", "o2"))
    return PlanReading("calls", "Calls", Format.EXCHANGE, tuple(blocks), links)


@asynccontextmanager
async def a_plan_at_its_gate(home: Path) -> AsyncIterator[tuple[World, Worker, str, Mapping[str, Any]]]:
    """An execution whose first task waits for leave, an agent, and the proposal."""
    async with a_world(home) as world:
        await world.app.import_plan(a_calling_plan(), actor=OWNER)
        worker = await a_worker(world, "outreach")
        execution = (await world.command(StartExecution("calls"))).answer["execution_id"]
        for ticket in await tickets(world):
            text = "\n".join(f"# {name}\n{step}" for name, step in STEPS.items() if name in ticket["draft"])
            await world.command(ResolveTicket(ticket["id"], "breakdown", markdown=text), OWNER)
        await world.settle()
        yield world, worker, execution, (await world.proposals("ready"))[0]


async def decide(world: World, proposal: Mapping[str, Any], decision: str, digest: str | None = None) -> None:
    """The owner decides what was shown."""
    command = DecideProposal(proposal["number"], decision, digest or proposal["digest"], reason="not Otto")
    await world.command(command, OWNER)
    await world.settle()


async def test_people_are_contacted_by_itself_once_audience_words_and_channel_were_approved(tmp_path: Path) -> None:
    """The first call waits, the second keeps to what was approved and goes ahead, the third reaches somebody new."""
    async with a_plan_at_its_gate(tmp_path / "home") as (world, worker, execution, proposal):
        before = await read_execution(world.app.graph, execution)
        early = await worker.claim()
        await decide(world, proposal, "approve")
        did = [await worker.work_once()]
        await world.settle()
        did.append(await worker.work_once())
        await world.settle()
        after = await read_execution(world.app.graph, execution)
        asked = await world.proposals("ready")
        assert early is None
        assert [(row["status"], row["on"]) for row in before["blocked"]] == [("blocked", "your leave")]
        assert before["blocked"][0]["since"] is not None
        assert did == [True, True]
        assert [row["title"] for row in after["blocked"]] == ["Call a stranger"]
        assert [row["title"] for row in asked] == ["Let it go ahead: Call a stranger"]
        assert await world.ledger_faults() == []


async def test_a_no_makes_it_a_persons_task(tmp_path: Path) -> None:
    """With the words of the no; no agent gets it, and the person says what becomes of it."""
    async with a_plan_at_its_gate(tmp_path / "home") as (world, worker, execution, proposal):
        await decide(world, proposal, "reject")
        waiting = await tickets(world)
        early = await worker.claim()
        await person_works(world)
        await world.settle()
        done = [row["status"] for row in await read_tasks(world.app.graph, execution)]
        assert early is None
        assert [(row["kind"], "not Otto" in row["tried"]) for row in waiting] == [("work", True)]
        assert done[0] == "completed"


async def test_what_changed_since_it_was_shown_is_asked_about_anew(tmp_path: Path) -> None:
    """The plan's own task says something else now: the old proposal is stale, another stands in its place."""
    async with a_plan_at_its_gate(tmp_path / "home") as (world, worker, _, proposal):
        await world.command(SetBlock("o1", {"content": "Only those in Kent."}), OWNER)
        await world.settle()
        ready = await world.proposals("ready")
        early = await worker.claim()
        await decide(world, ready[0], "approve")
        assert early is None
        assert len(ready) == 1
        assert ready[0]["number"] != proposal["number"]
        assert await worker.claim() is not None
