"""Milestones: how everything stands is kept and reported, risks are looked at, and work can begin anew from there."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_changed_plan import change
from tests.acceptance.test_gates import decide
from tests.acceptance.workers import Worker, a_work_plan, a_worker, person_works, tickets, work_to_the_end
from tests.acceptance.world import OWNER, World, a_world
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import from_json, sha256_of
from vibe.domain.commands import AnswerQuestion, MoveExecution, ResolveTicket, StartExecution
from vibe.domain.errors import BadInput, Conflict
from vibe.domain.plans import Format, PlanReading
from vibe.domain.work_commands import LimitPlan, RepeatPlan, StartAnew
from vibe.edges.programs import NOT_STARTED, TOO_LONG, Program
from vibe.plans.showing import read_execution, read_tasks

pytestmark = pytest.mark.asyncio
TEXT = "We build websites."
STEPS = {
    "one": "- research: Look for breeders (1 h)",
    "two": f'- outreach: Call Carol (1 h) {{"channel":"phone","to":["Carol"],"text":"{TEXT}"}}',
    "three": "- document: Write it up (1 h)",
}


def a_phased_plan() -> PlanReading:
    """Two phases: look and call, then write; a risk that could end it all."""
    blocks = [Block(name, Kind.TASK, name, status="pending") for name in ("phase one", "phase two")]
    blocks += [Block(name, Kind.TASK, f"Breeders {name}", status="pending") for name in STEPS]
    risk = {"knowledgeKind": "risk", "likelihood": "High", "impact": "High"}
    blocks.append(Block("r", Kind.KNOWLEDGE, "Nobody wants a website", properties=risk))
    parts = [("one", "phase one"), ("two", "phase one"), ("three", "phase two")]
    links = [Link(LinkType.PART_OF, part, whole) for part, whole in parts]
    links += [Link(LinkType.DEPENDS_ON, "two", "one"), Link(LinkType.DEPENDS_ON, "three", "two")]
    return PlanReading("phased", "Phased", Format.EXCHANGE, tuple(blocks), tuple(links))


async def begin(world: World) -> str:
    """Carry the plan out, as the person says."""
    execution = str((await world.command(StartExecution("phased"))).answer["execution_id"])
    for ticket in await tickets(world):
        rows = from_json(ticket["draft"])["tasks"]
        text = "\n".join(f"# {row['title']}\n{STEPS[row['title'].split()[-1]]}" for row in rows)
        await world.command(ResolveTicket(ticket["id"], "breakdown", markdown=text), OWNER)
    await world.settle()
    return execution


@asynccontextmanager
async def a_first_phase_done(home: Path) -> AsyncIterator[tuple[World, Worker, str]]:
    """An execution whose first phase is over: looked, called with leave; its second phase begins."""
    async with a_world(home) as world:
        await world.app.import_plan(a_phased_plan(), actor=OWNER)
        worker = await a_worker(world, "research", "outreach", "document")
        execution = await begin(world)
        await worker.work_once()
        await world.settle()
        await decide(world, next(iter(await gates(world))), "approve")
        await worker.work_once()
        await world.settle()
        yield world, worker, execution


async def gates(world: World) -> list[Mapping[str, Any]]:
    """The gates that wait for a person."""
    return [row for row in await world.proposals("ready") if row["title"].startswith("Let ")]


async def test_a_finished_phase_is_kept_reported_and_looked_at(tmp_path: Path) -> None:
    """Its folder holds snapshot and report, as the ledger's hashes say; a risk that could end the plan is a ticket."""
    async with a_first_phase_done(tmp_path / "home") as (world, _, execution):
        [kept] = await world.happened("SnapshotKept")
        [assessed] = await world.happened("RisksAssessed")
        status = await read_execution(world.app.graph, execution)
        folder = tmp_path / "home" / "runs" / kept["folder"]
        hashes = {path.name: sha256_of(path.read_bytes()) for path in folder.iterdir()}
        snapshot = json.loads((folder / "snapshot.json").read_text())
        told = (folder / "report.md").read_text()
        [ticket] = await tickets(world)
        await world.command(ResolveTicket(ticket["id"], "return", note="ask three more"), OWNER)
        await world.settle()
        paused = await read_execution(world.app.graph, execution)
    assert (kept["milestone"], kept["files"]) == ("phase one", hashes)
    assert sorted(task["status"] for task in snapshot["tasks"]) == ["completed", "completed", "queued"]
    assert "Call Carol" in told
    assert status["snapshots"] == [kept["folder"]]
    assert [row["name"] for row in assessed["scenarios"] if row["existential"]] == ["a known risk"]
    assert (ticket["kind"], "Nobody wants a website" in ticket["title"]) == ("review", True)
    assert paused["status"] == "paused"


async def test_work_begins_anew_from_a_snapshot(tmp_path: Path) -> None:
    """What was done then is done; what was sent since is listed, and nobody does it twice without being told."""
    async with a_world(tmp_path / "home") as world:
        await world.app.import_plan(a_phased_plan(), actor=OWNER)
        worker = await a_worker(world, "research", "outreach", "document")
        old = await begin(world)
        await change(world, old, "~ 1 milestone: yes")
        await worker.work_once()
        await world.settle()
        [early] = [row["folder"] for row in await world.happened("SnapshotKept")]
        await decide(world, next(iter(await gates(world))), "approve")
        await worker.work_once()
        await world.settle()
        with pytest.raises(Conflict, match="cancel it first"):
            await world.app.start_anew(early, actor=OWNER)
        await world.command(MoveExecution(old, "cancelled"), OWNER)
        with pytest.raises(BadInput, match="not the snapshot"):
            await world.command(StartAnew(early, "{}"), OWNER)
        answer = (await world.app.start_anew(early, actor=OWNER)).answer
        await world.settle()
        new = {row["title"]: row for row in await read_tasks(world.app.graph, answer["execution_id"])}
        before = {row["title"]: row["status"] for row in await read_tasks(world.app.graph, old)}
        for gate in await gates(world):
            await decide(world, gate, "approve")
        again = await worker.claim()
        assert [row["title"] for row in answer["sent_since"]] == ["Call Carol"]
        assert {name: row["status"] for name, row in new.items()} == {
            "Look for breeders": "completed",
            "Call Carol": "blocked",
            "Write it up": "pending",
        }
        assert new["Look for breeders"]["output"] == {"summary": "did Look for breeders"}
        assert before["Call Carol"] == "completed"
        assert again is not None
        assert "do not do it twice" in again["note"]
        await work_to_the_end(world, [worker])


async def test_a_plan_stops_at_its_limit_and_asks(tmp_path: Path) -> None:
    """Nobody gets a task any more; the owner is asked, and says that it may cost more."""
    async with a_world(tmp_path / "home") as world:
        await world.app.import_plan(a_work_plan(), actor=OWNER)
        await world.command(LimitPlan("breeders", 2.0), OWNER)
        worker = await a_worker(world, "research", "document")
        execution = (await world.command(StartExecution("breeders"))).answer["execution_id"]
        await world.settle()
        await person_works(world)
        await world.settle()
        task = await worker.claim()
        assert task is not None
        await worker.report(task, "task_completed", output_data={"summary": "x"}, confidence=0.9, cost_usd=2.5)
        await world.settle()
        stopped = await read_execution(world.app.graph, execution)
        none = await worker.claim()
        rows = await world.app.graph.read("questions/list", statuses=["asked"], limit=10)
        await world.command(AnswerQuestion(rows[0]["id"], "A"), OWNER)
        await world.settle()
        assert (stopped["status"], none) == ("paused", None)
        assert "2.50 USD" in rows[0]["question"]
        assert (await world.command(LimitPlan("breeders", None), OWNER)).answer["spent_usd"] == 2.5
        assert await worker.claim() is not None


async def test_a_plan_is_carried_out_again_on_its_days(tmp_path: Path) -> None:
    """Each Monday at nine; while one goes on its turn is skipped and said so; `never` ends it."""
    async with a_world(tmp_path / "home") as world:
        plan = replace(a_work_plan(), plan="weekly")
        await world.app.import_plan(plan, actor=OWNER)
        with pytest.raises(BadInput, match="no cron"):
            await world.command(RepeatPlan("weekly", "at noon"), OWNER)
        answer = (await world.command(RepeatPlan("weekly", "0 9 * * mon"), OWNER)).answer
        await world.wait(hours=1)
        first = await world.app.graph.read("executions/list", before_ms=2**53, limit=10)
        await world.wait(days=7)
        turns = await world.happened("TurnTaken")
        await world.command(RepeatPlan("weekly", ""), OWNER)
        await world.wait(days=7)
        assert answer["next_at"] == "2026-03-02T09:00:00Z"
        assert [row["plan"] for row in first] == ["weekly"]
        assert [("execution" in turn, "skipped" in turn) for turn in turns] == [(True, False), (False, True)]
        assert len(await world.happened("TurnTaken")) == 2


async def test_the_owners_own_program_gets_the_folder(tmp_path: Path) -> None:
    """How it ended and what it said come back, also when it fails, never ends, or is not there."""
    (tmp_path / "snap").mkdir()
    says = "import sys, pathlib; print(pathlib.Path(sys.argv[1]).name)"
    done = await Program(f'{sys.executable} -c "{says}"', tmp_path).run("snap")
    failed = await Program(f'{sys.executable} -c "raise SystemExit(3)"', tmp_path).run("snap")
    missing = await Program("/no/such/program", tmp_path).run("snap")
    asking = await Program(f'{sys.executable} -c "input()"', tmp_path).run("snap")
    slow = await Program(f'{sys.executable} -c "import signal; signal.pause()"', tmp_path, within_s=0.3).run("snap")
    assert done == (0, "snap\n")
    assert (failed[0], missing[0], slow[0]) == (3, NOT_STARTED, TOO_LONG)
    assert (asking[0], "EOFError" in asking[1]) == (1, True)
