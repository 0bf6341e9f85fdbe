"""Executions: a plan being carried out, the tasks that are claimed, and every legal move of both.

An execution task is a leaf of the plan or one of its steps. Its `lane` says where it waits to be found: `queued:ACTION`
while somebody may claim it, nothing otherwise. Its `order` (lower first) is priority, then the longest way still to go.

Source: SPEC sections 1 and 5, document 001.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from vibe.domain.canonical import from_json
from vibe.domain.errors import IllegalMove

REVIEW_BELOW = 0.8
LEASE_AFTER_SIGN = timedelta(minutes=3)
RENEW_EVERY = timedelta(seconds=30)
SILENT_AFTER = timedelta(minutes=30)
ATTEMPTS_MAX = 3
RETRY_AFTER = timedelta(minutes=1)
WAIT_FIRST = timedelta(minutes=15)
WAIT_MOST = timedelta(hours=48)


class ExecutionStatus(StrEnum):
    """Where an execution stands."""

    CREATED = "created"
    QUEUED = "queued"
    RUNNING = "running"
    BLOCKED = "blocked"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    """Where an execution task stands."""

    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    IN_REVIEW = "in_review"
    BLOCKED = "blocked"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


_X, _T = ExecutionStatus, TaskStatus
EXECUTION_MOVES: Mapping[ExecutionStatus, frozenset[ExecutionStatus]] = {
    _X.CREATED: frozenset({_X.QUEUED, _X.CANCELLED}),
    _X.QUEUED: frozenset({_X.RUNNING, _X.CANCELLED}),
    _X.RUNNING: frozenset({_X.BLOCKED, _X.PAUSED, _X.COMPLETED, _X.FAILED, _X.CANCELLED}),
    _X.BLOCKED: frozenset({_X.RUNNING, _X.CANCELLED}),
    _X.PAUSED: frozenset({_X.RUNNING, _X.CANCELLED}),
    _X.COMPLETED: frozenset(),
    _X.FAILED: frozenset(),
    _X.CANCELLED: frozenset(),
}
_ENDS = frozenset({_T.SKIPPED, _T.CANCELLED, _T.BLOCKED})
TASK_MOVES: Mapping[TaskStatus, frozenset[TaskStatus]] = {
    _T.PENDING: frozenset({_T.QUEUED}) | _ENDS,
    _T.QUEUED: frozenset({_T.RUNNING}) | _ENDS,
    _T.RUNNING: frozenset({_T.COMPLETED, _T.FAILED, _T.IN_REVIEW, _T.WAITING, _T.QUEUED}) | _ENDS,
    _T.WAITING: frozenset({_T.QUEUED}) | _ENDS,
    _T.IN_REVIEW: frozenset({_T.COMPLETED, _T.QUEUED}) | _ENDS,
    _T.FAILED: frozenset({_T.QUEUED}) | _ENDS,
    _T.BLOCKED: frozenset({_T.QUEUED, _T.SKIPPED, _T.CANCELLED}),
    _T.COMPLETED: frozenset(),
    _T.SKIPPED: frozenset(),
    _T.CANCELLED: frozenset(),
}
ENDED_EXECUTIONS = tuple(str(status) for status, moves in EXECUTION_MOVES.items() if not moves)
DONE = (_T.COMPLETED.value, _T.SKIPPED.value)
OPEN_TASKS = tuple(str(status) for status, moves in TASK_MOVES.items() if moves)


def check_execution_move(current: str, wanted: ExecutionStatus) -> None:
    """Let a legal move pass.

    Raises:
        IllegalMove: there is no such row in the table.
    """
    if wanted not in EXECUTION_MOVES[ExecutionStatus(current)]:
        raise IllegalMove("execution", current, wanted.value)


def check_task_move(current: str, wanted: TaskStatus) -> None:
    """Let a legal move pass.

    Raises:
        IllegalMove: there is no such row in the table.
    """
    if wanted not in TASK_MOVES[TaskStatus(current)]:
        raise IllegalMove("execution task", current, wanted.value)


def lane_of(status: TaskStatus, action: str, human: bool = False) -> str | None:
    """Where a task of this status waits to be found."""
    if status is not TaskStatus.QUEUED:
        return None
    return "human" if human else f"queued:{action}"


@dataclass(frozen=True, slots=True)
class ExecutionTask:
    """One execution task as the graph has it; times are milliseconds since 1970."""

    id: str
    execution: str
    block: str
    title: str
    action: str
    status: TaskStatus
    attempt: int
    properties: Mapping[str, Any]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> ExecutionTask:
        """Read `properties` of a node."""
        props = row["properties"]
        return cls(
            props["id"],
            props["execution"],
            props["block"],
            props["title"],
            props["action"],
            TaskStatus(props["status"]),
            int(props["attempt"]),
            props,
        )

    @property
    def agent(self) -> str | None:
        """Who holds it."""
        return self.properties.get("agent")

    @property
    def is_human(self) -> bool:
        """Whether only a person may do it."""
        return bool(self.properties.get("human"))

    def plain(self, name: str) -> Any:
        """A property that is kept as JSON text; None where it is not set."""
        text = self.properties.get(name)
        return None if text is None else from_json(text)

    def moved(self, wanted: TaskStatus, **props: Any) -> dict[str, Any]:
        """One row of `executions/set_tasks` that moves it.

        Raises:
            IllegalMove: there is no such row in the table.
        """
        check_task_move(self.status, wanted)
        lane = lane_of(wanted, self.action, bool(props.get("human", self.is_human)))
        held = {} if wanted is TaskStatus.RUNNING else {"agent": None, "dueMs": None}
        return {"id": self.id, "props": {"status": wanted.value, "lane": lane, **held, **props}}

    def told(self, wanted: TaskStatus, **more: Any) -> dict[str, Any]:
        """The move as an item of `TasksMoved`."""
        item = {"id": self.id, "block": self.block, "title": self.title, "before": self.status.value}
        said = {"after": wanted.value, "attempt": self.attempt, **more}
        said |= {"milestone": True} if self.properties.get("milestone") else {}
        return item | {name: value for name, value in said.items() if value is not None}


def lease_until(now_ms: int, started_ms: int, time_limit_s: int) -> int:
    """When a lease ends unless there is another sign of life: three minutes on, the time limit at most."""
    return min(started_ms + time_limit_s * 1000, now_ms + int(LEASE_AFTER_SIGN.total_seconds() * 1000))
