"""Agents that fall silent over a task, and plans that are paused: who is asked when, and what goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.workers import Worker, a_running_plan, a_worker, tickets
from tests.acceptance.world import OWNER, World
from vibe.domain.blocks import Block, Kind
from vibe.domain.commands import AnswerQuestion, PauseLoop, ResumeLoop, SignOfLife, StartExecution
from vibe.domain.plans import Format, PlanReading
from vibe.kernel.showing import read_questions

pytestmark = pytest.mark.asyncio


async def asked(world: World) -> list[str]:
    """The questions that wait, in words."""
    return [row["question"] for row in await read_questions(world.app.graph)]


async def status_of(world: World, execution: str) -> str:
    """Where an execution stands."""
    return str((await world.app.graph.read("executions/by_id", ids=[execution]))[0]["status"])


async def reached(world: World) -> tuple[int, list[str]]:
    """How often a question was published, and the rungs that reached for the person."""
    published = len(await world.happened("QuestionPublished"))
    return published, [body["action"] for body in await world.happened("HumanAsked")]


async def heartbeat(world: World, worker: Worker) -> None:
    """A sign of life."""
    await world.command(SignOfLife(worker.id), f"agent:{worker.id}")


async def test_a_silent_agent_climbs_the_ladder_from_its_last_sign_of_life(tmp_path: Path) -> None:
    """Published after 15 minutes, asked about and its execution blocked after 30; back, it goes on with its task."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        execution = task["execution_id"]
        seen = []
        for minutes in (4, 10, 2, 13, 2):  # since the sign of life: 4, 14, 16, 29, 31
            await world.wait(minutes=minutes)
            seen.append((*await reached(world), await status_of(world, execution)))
        words = await asked(world)
        blocked = await worker.claim()
        await world.wait(minutes=1)
        back = await status_of(world, execution)
        again = await worker.claim()
        await world.wait(minutes=1)
        assert seen == [
            (0, [], "running"),
            (0, [], "running"),
            (1, [], "running"),
            (1, [], "running"),
            (1, ["ask"], "blocked"),
        ]
        assert len(words) == 1
        assert "has given no sign of life since" in words[0]
        assert (blocked, back) == (None, "running")
        assert again is not None
        assert (again["task_id"], again["attempt"]) == (task["task_id"], 2)
        assert await asked(world) == []
        assert await world.ledger_faults() == []


async def test_idle_agents_are_not_stuck(tmp_path: Path) -> None:
    """Whoever holds nothing may be silent for hours; a task that another took from a silent agent is no trouble."""
    async with a_running_plan(tmp_path / "home") as (world, _, _task):
        await a_worker(world, "research", "document")
        other = await a_worker(world, "research", "document")
        await world.wait(minutes=4)
        raised = len(await asked(world))
        await other.work_once()
        await world.wait(minutes=1)
        ended = len(await asked(world))
        await world.wait(hours=3)
        assert (raised, ended) == (1, 0)
        assert await reached(world) == (0, [])
        assert len(await world.happened("QuestionRaised")) == 1


async def test_a_task_past_its_time_is_asked_about(tmp_path: Path) -> None:
    """Signs of life do not help beyond the time limit; the execution of an agent that lives is not blocked."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        world.clock.advance(timedelta(seconds=task["time_limit_s"] - 60))
        await heartbeat(world, worker)
        await world.wait(minutes=2)
        words = await asked(world)
        for _ in range(2):
            await world.wait(minutes=16)
            await heartbeat(world, worker)
        await world.wait(minutes=1)
        assert len(words) == 1
        assert f"took longer than the {task['time_limit_s'] // 60} minutes it had" in words[0]
        assert await reached(world) == (1, ["ask"])
        assert await status_of(world, task["execution_id"]) == "running"


async def test_going_on_without_a_silent_agent_makes_it_a_persons_task(tmp_path: Path) -> None:
    """The answer unblocks the execution; where no other agent can do the task, a ticket opens."""
    async with a_running_plan(tmp_path / "home") as (world, _, task):
        await world.wait(minutes=4)
        await world.wait(minutes=27)
        blocked = await status_of(world, task["execution_id"])
        question = (await read_questions(world.app.graph))[0]["id"]
        await world.command(AnswerQuestion(question, "A"), OWNER)
        await world.settle()
        waiting = [row for row in await tickets(world) if row["kind"] == "work"]
        assert (blocked, await status_of(world, task["execution_id"])) == ("blocked", "running")
        assert [row["task"] for row in waiting] == [task["task_id"]]
        assert await world.ledger_faults() == []


async def test_nothing_of_a_paused_plan_is_handed_out(tmp_path: Path) -> None:
    """What is held goes on to its end; what is next waits for the plan, while other plans are worked on."""
    kennels = Block("k1", Kind.TASK, "Research kennels near us", status="pending", properties={"position": 1})
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        await world.command(PauseLoop(plan="breeders"))
        progress = await worker.report(task, "task_progress", progress_ratio=0.5)
        done = await worker.report(task, "task_completed", output_data={"summary": "three"}, confidence=0.95)
        await world.settle()
        paused = await worker.claim()
        await world.app.import_plan(PlanReading("kennels", "Kennels", Format.EXCHANGE, (kennels,), ()), actor=OWNER)
        other = (await world.command(StartExecution("kennels"))).answer["execution_id"]
        await world.settle()
        elsewhere = await worker.claim()
        assert elsewhere is not None
        await worker.report(elsewhere, "task_completed", output_data={"summary": "two"}, confidence=0.95)
        await world.command(ResumeLoop(plan="breeders"))
        resumed = await (await a_worker(world, "document")).claim()
        assert (progress["accepted"], done["accepted"], done["next_task_id"], paused) == (1, 1, None, None)
        assert elsewhere["execution_id"] == other
        assert resumed is not None
        assert resumed["execution_id"] == task["execution_id"]
