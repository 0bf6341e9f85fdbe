"""Plans that get done: from import to the last task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.workers import a_running_plan, a_work_plan, a_worker, tickets, work_to_the_end
from tests.acceptance.world import OWNER, World, a_world
from vibe.domain.commands import (
    AnswerQuestion,
    AskAboutTask,
    MoveExecution,
    RaiseQuestion,
    RefuseTask,
    ResolveTicket,
    SignOfLife,
    StartExecution,
)
from vibe.domain.errors import Conflict
from vibe.domain.work_commands import RevokeAgent
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
        assert len(worker.did) == 3  # research and its write-up, the choices laid out; the unclear one is a person's
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


async def test_the_task_of_a_lost_agent_goes_to_another(tmp_path: Path) -> None:
    """Three minutes without a sign of life: the next attempt is another's, and what the lost one says is too late."""
    async with a_running_plan(tmp_path / "home") as (world, lost, task):
        other = await a_worker(world, "research", "document")
        before = await other.claim()
        await world.wait(minutes=4)
        after = await other.claim()
        assert before is None
        assert after is not None
        assert (after["task_id"], after["attempt"]) == (task["task_id"], 2)
        with pytest.raises(Conflict):
            await lost.report(task, "task_progress", progress_ratio=0.5)


async def test_signs_of_life_keep_a_task(tmp_path: Path) -> None:
    """With a heartbeat each two minutes it stays the agent's, until its time limit."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        for _ in range(10):
            await world.wait(minutes=2)
            await world.command(SignOfLife(worker.id), f"agent:{worker.id}")
        held = await worker.claim()
        assert held is not None
        assert (held["task_id"], held["attempt"]) == (task["task_id"], 1)


async def test_an_agent_that_is_stuck_gets_the_answer_with_its_task(tmp_path: Path) -> None:
    """Asking parks the task; the answer brings it back, with the answer in it."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        command = AskAboutTask(task["task_id"], RaiseQuestion("Which town?", ("Essex", "Kent")))
        asked = (await world.command(command, f"agent:{worker.id}")).answer["question_id"]
        parked = await worker.claim()
        await world.command(AnswerQuestion(asked, "B"), OWNER)
        await world.settle()
        again = await worker.claim()
        assert parked is None
        assert again is not None
        assert again["task_id"] == task["task_id"]
        assert again["answers"][0]["answer_option"] == "B"


async def test_a_silent_contact_is_tried_for_two_days_and_then_asked_about(tmp_path: Path) -> None:
    """The task comes back after growing pauses; after 48 hours a person decides, and tried again it starts anew."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        await worker.report(task, "task_waiting", waiting={"on": "Marie"})
        looked, hours = 0, 0.0
        while not [row for row in await tickets(world) if row["kind"] == "wait"]:
            await world.wait(hours=4)
            hours += 4
            again = await worker.claim()
            if again is not None:
                looked += 1
                await worker.report(again, "task_waiting", waiting={"on": "Marie"})
        ticket = (await tickets(world))[0]
        await world.command(ResolveTicket(ticket["id"], "retry"), OWNER)
        again = await worker.claim()
        assert 48 <= hours <= 52
        assert looked >= 5
        assert again is not None
        assert again["task_id"] == task["task_id"]


async def test_a_result_that_is_not_sure_waits_for_a_person(tmp_path: Path) -> None:
    """Below 0.8 it is reviewed: sent back with words it is done again with them, then accepted."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        await worker.report(task, "task_completed", output_data={"summary": "perhaps"}, confidence=0.5)
        ticket = (await tickets(world))[0]
        await world.command(ResolveTicket(ticket["id"], "return", note="look in Kent"), OWNER)
        again = await worker.claim()
        assert ticket["kind"] == "review"
        assert again is not None
        assert (again["task_id"], again["attempt"], again["note"]) == (task["task_id"], 2, "look in Kent")
        await worker.report(again, "task_completed", output_data={"summary": "Kent"}, confidence=0.9)
        await work_to_the_end(world, [worker])
        assert await world.ledger_faults() == []


async def test_a_cancelled_execution_leaves_no_ticket_open(tmp_path: Path) -> None:
    """What waited for a person is closed with it, and says why."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        await world.command(RefuseTask(worker.id, task["task_id"], "no time"), f"agent:{worker.id}")
        before = await tickets(world)
        await world.command(MoveExecution(task["execution_id"], "cancelled"), OWNER)
        await world.settle()
        closed = await world.happened("TicketClosed")
        assert [row["task"] for row in before] == [task["task_id"]]
        assert await tickets(world) == []
        assert (closed[-1]["ticket"], closed[-1]["resolution"]) == (before[0]["id"], "cancelled")
        assert await world.ledger_faults() == []


async def test_a_task_that_no_agent_fits_any_more_goes_to_a_person(tmp_path: Path) -> None:
    """The last agent that could do it is gone: a ticket says so, and an agent that comes later closes it."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        held = await tickets(world)
        await world.command(RevokeAgent(worker.id), OWNER)
        await world.wait(minutes=1)
        opened = await tickets(world)
        again = await (await a_worker(world, "research", "document")).claim()
        assert held == []
        assert [(row["task"], row["tried"]) for row in opened] == [(task["task_id"], "no agent here can do 'research'")]
        assert again is not None
        assert (again["task_id"], again["attempt"]) == (task["task_id"], 2)
        assert await tickets(world) == []


async def test_a_task_that_waits_in_line_goes_to_a_person_when_the_last_agent_is_let_go(tmp_path: Path) -> None:
    """It need not be in anybody's hands: what the agent could have claimed is looked at, too."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        await world.wait(minutes=4)
        waiting = await tickets(world)
        await world.command(RevokeAgent(worker.id), OWNER)
        await world.settle()
        assert waiting == []
        assert [row["task"] for row in await tickets(world)] == [task["task_id"]]


async def test_a_task_comes_with_what_the_tasks_before_it_brought(tmp_path: Path) -> None:
    """The outputs of its prerequisites are its inputs; asked again they are there again."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        await worker.report(task, "task_completed", output_data={"summary": "three breeders"}, confidence=0.9)
        await world.settle()
        following = await worker.claim()
        again = await worker.claim()
        assert task["inputs"] == []
        assert following is not None
        assert again is not None
        told = [(item["task_id"], item["status"], item["output_data"]) for item in following["inputs"]]
        assert told == [(task["task_id"], "completed", {"summary": "three breeders"})]
        assert again["inputs"] == following["inputs"]
