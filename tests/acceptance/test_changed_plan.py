"""A plan that is carried out is changed: paused, edited as a diff, resumed; what is done stays done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.test_gates import a_plan_at_its_gate, decide
from tests.acceptance.workers import a_running_plan, work_to_the_end
from tests.acceptance.world import OWNER, World
from vibe.domain.commands import MoveExecution
from vibe.domain.errors import BadInput, Conflict
from vibe.domain.work_commands import ChangeExecution
from vibe.plans.showing import read_execution, read_tasks

pytestmark = pytest.mark.asyncio


async def change(world: World, execution: str, diff: str) -> dict[str, list[int]]:
    """Pause, edit, go on."""
    await world.command(MoveExecution(execution, "paused"), OWNER)
    answer = dict((await world.command(ChangeExecution(execution, diff), OWNER)).answer)
    await world.command(MoveExecution(execution, "running"), OWNER)
    await world.settle()
    return answer


async def test_tasks_are_added_left_out_and_done_otherwise(tmp_path: Path) -> None:
    """The new task comes where it was put, the one left out is nobody's, and the execution comes to its end."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        done = {"output_data": {"summary": "three"}, "confidence": 0.9}
        await worker.report(task, "task_completed", **done)
        await world.settle()
        diff = "+ research: Look in Kent, too (3 h) > 2\n~ 3 after: 6\n- 4\n~ 5 title: Select the first two"
        answer = await change(world, task["execution_id"], diff)
        before = await read_tasks(world.app.graph, task["execution_id"])
        await work_to_the_end(world, [worker])
        after = {row["number"]: row for row in await read_tasks(world.app.graph, task["execution_id"])}
        status = await read_execution(world.app.graph, task["execution_id"])
        [told] = await world.happened("ExecutionChanged")
        assert {name: answer[name] for name in ("added", "changed", "left_out")} == {
            "added": [6],
            "changed": [5],
            "left_out": [4],
        }
        assert told["diff"] == diff
        assert [row["number"] for row in before] == [1, 2, 3, 4, 5, 6]
        assert after[1]["output"] == {"summary": "three"}
        assert (after[6]["status"], after[6]["hours"]) == ("completed", 3.0)
        assert (after[4]["status"], after[5]["title"]) == ("skipped", "Select the first two")
        assert after[3]["started_at"] >= after[6]["finished_at"]
        assert status["status"] == "completed"
        assert await world.ledger_faults() == []


REFUSED = {
    "- 99": (BadInput, "no task 99"),
    "~ 2 after: 3": (BadInput, "wait for one another"),
    "~ 2 colour: red": (BadInput, "milestone"),
    "+ fly: to the moon": (BadInput, "none of"),
    "- 2\n~ 1 params: {}": (Conflict, "line 2: task 1 is running"),
    "- 2\n- 2": (Conflict, "what is done stays done"),
}


async def test_what_makes_no_sense_is_refused_with_its_line(tmp_path: Path) -> None:
    """A running execution is not edited; of a diff with a fault nothing is carried out."""
    async with a_running_plan(tmp_path / "home") as (world, _, task):
        execution = task["execution_id"]
        with pytest.raises(Conflict, match="pause it first"):
            await world.command(ChangeExecution(execution, "- 2"), OWNER)
        await world.command(MoveExecution(execution, "paused"), OWNER)
        before = await read_tasks(world.app.graph, execution)
        for diff, (error, says) in REFUSED.items():
            with pytest.raises(error, match=says):
                await world.command(ChangeExecution(execution, diff), OWNER)
        assert await read_tasks(world.app.graph, execution) == before


async def test_other_words_need_leave_again(tmp_path: Path) -> None:
    """What was approved was these words; with others the task is asked about anew."""
    async with a_plan_at_its_gate(tmp_path / "home") as (world, worker, execution, proposal):
        await decide(world, proposal, "approve")
        diff = '~ 1 params: {"to": ["Carol"], "channel": "phone", "text": "Buy now!"}'
        await change(world, execution, diff)
        early = await worker.claim()
        [asked] = await world.proposals("ready")
        await decide(world, asked, "approve")
        task = await worker.claim()
        assert early is None
        assert "Buy now!" in asked["action"]
        assert task is not None
        assert task["params"]["text"] == "Buy now!"


async def test_the_question_goes_with_its_task(tmp_path: Path) -> None:
    """A proposal whose only task was left out waits for nobody any more."""
    async with a_plan_at_its_gate(tmp_path / "home") as (world, _, execution, proposal):
        await change(world, execution, "- 1")
        ready = await world.proposals("ready")
        assert [row["number"] for row in await world.proposals("stale")] == [proposal["number"]]
        assert [row["title"] for row in ready] == ["Let it go ahead: Call Carol again"]
