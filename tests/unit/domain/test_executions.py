"""The moves of executions and their tasks: nothing but the table, whatever anybody tries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from vibe.domain.errors import IllegalMove
from vibe.domain.executions import (
    EXECUTION_MOVES,
    OPEN_TASKS,
    TASK_MOVES,
    ExecutionStatus,
    ExecutionTask,
    TaskStatus,
    check_execution_move,
    lease_until,
)


def a_task(status: TaskStatus = TaskStatus.PENDING, **more: object) -> ExecutionTask:
    """A task of some status."""
    props = {"id": "t", "execution": "x", "block": "b", "title": "do", "action": "research", "attempt": 1}
    return ExecutionTask.from_row({"properties": {**props, "status": status.value, **more}})


class TaskMachine(RuleBasedStateMachine):
    """Tries every move from wherever a task stands."""

    def __init__(self) -> None:
        super().__init__()
        self.task = a_task()
        self.ended = 0

    @rule(wanted=st.sampled_from(TaskStatus), human=st.booleans())
    def move(self, wanted: TaskStatus, human: bool) -> None:
        """A legal move changes the task, any other is refused and changes nothing."""
        before = self.task
        if wanted in TASK_MOVES[before.status]:
            held = {"agent": "a", "dueMs": 5} if wanted is TaskStatus.RUNNING else {}
            props = before.moved(wanted, human=human, **held)["props"]
            self.task = ExecutionTask.from_row({"properties": {**before.properties, **props}})
            self.ended += before.status in OPEN_TASKS and wanted not in OPEN_TASKS
        else:
            with pytest.raises(IllegalMove, match=before.status.value):
                before.moved(wanted)

    @invariant()
    def found_only_where_it_waits(self) -> None:
        """Only a queued task is in a lane; an agent's only where no person must do it."""
        lane = self.task.properties.get("lane")
        assert (lane is not None) == (self.task.status is TaskStatus.QUEUED)
        assert lane in (None, "human" if self.task.is_human else "queued:research")

    @invariant()
    def held_only_while_it_runs(self) -> None:
        """Nobody holds a task that does not run."""
        assert self.task.agent is None or self.task.status is TaskStatus.RUNNING

    @invariant()
    def ends_once(self) -> None:
        """What is done, skipped or cancelled stays so."""
        assert self.ended <= 1


TestTasks = TaskMachine.TestCase


class ExecutionMachine(RuleBasedStateMachine):
    """Tries every move from wherever an execution stands."""

    def __init__(self) -> None:
        super().__init__()
        self.status = ExecutionStatus.CREATED
        self.ran = False

    @rule(wanted=st.sampled_from(ExecutionStatus))
    def move(self, wanted: ExecutionStatus) -> None:
        """A legal move is let pass, any other is refused with both states."""
        if wanted in EXECUTION_MOVES[self.status]:
            check_execution_move(self.status, wanted)
            self.status = wanted
        else:
            with pytest.raises(IllegalMove, match=wanted.value):
                check_execution_move(self.status, wanted)
        self.ran = self.ran or self.status is ExecutionStatus.RUNNING

    @invariant()
    def completes_only_after_it_ran(self) -> None:
        """Nothing completes or fails that never ran."""
        assert self.ran or self.status not in (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED)


TestExecutions = ExecutionMachine.TestCase


@given(started=st.integers(0, 10**12), later=st.integers(0, 10**9), limit_s=st.integers(1, 10**6))
def test_a_lease_ends_three_minutes_on_and_never_after_the_time_limit(started: int, later: int, limit_s: int) -> None:
    """Signs of life let a lease run on, up to the task's own limit."""
    until = lease_until(started + later, started, limit_s)
    assert until <= started + limit_s * 1000
    assert until <= started + later + 180_000
