"""Tracking: what agents say about their tasks, checked against who holds them and what was asked.

One report or an array of them is one ledger entry, acknowledged once it is durable. A report counts once by its
`event_id`. One that is late (the lease ended, the task is another's, the execution is over) is refused. A result is
checked against the agent's own output schema; one the agent is not sure of goes to a person.

Emits `EventsReported`, `TicketsOpened`. Source: SPEC sections 5 and 7, document 002 section 3.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from vibe.domain.canonical import epoch_ms, instant, to_json
from vibe.domain.changes import Change, Effect, expect
from vibe.domain.commands import ReportEvents
from vibe.domain.errors import BadInput, Conflict, NotFound, Unprocessable, VibeError
from vibe.domain.events import Event, EventType
from vibe.domain.executions import (
    ATTEMPTS_MAX,
    ENDED_EXECUTIONS,
    RETRY_AFTER,
    REVIEW_BELOW,
    WAIT_FIRST,
    WAIT_MOST,
    ExecutionTask,
    TaskStatus,
)
from vibe.domain.identities import derived_id
from vibe.domain.tickets import Ticket, TicketKind, open_tickets
from vibe.kernel.tools import Tools
from vibe.plans.agents import active_agent, capabilities_of, check_signature, first_fault
from vibe.plans.dispatching import directive_for, next_task, renewal
from vibe.plans.starting import work_ticket
from vibe.plans.templates import templates
from vibe.ports.inward import Row

MARK_CHARS = 9
KNOWN_CHARS = 200 * MARK_CHARS
"""So much is kept of the ids of what a task's reports were; what came with the last array is kept whole."""
MOST_REPORTS = 1000
TYPES = ("task_started", "task_progress", "task_completed", "task_failed", "task_waiting", "note")
_T = TaskStatus


@dataclass(slots=True)
class _Desk:
    """One batch being read: the tasks it names as they change from report to report."""

    agent: Row
    execution: Row
    now: datetime
    tasks: dict[str, ExecutionTask]
    before: dict[str, ExecutionTask]
    known: dict[str, str]
    props: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)

    @property
    def now_ms(self) -> int:
        return epoch_ms(self.now)

    def note(self, task: ExecutionTask, **props: Any) -> None:
        """Set what no later report of the batch is judged by."""
        self.props.setdefault(task.id, {}).update(props)

    def set(self, task: ExecutionTask, **props: Any) -> None:
        """Change a task without a move."""
        self.props.setdefault(task.id, {}).update(props)
        self.tasks[task.id] = ExecutionTask.from_row({"properties": {**task.properties, **props}})

    def move(self, task: ExecutionTask, wanted: TaskStatus, *, why: str | None = None, **props: Any) -> None:
        """Move a task."""
        moved = task.moved(wanted, **props)["props"]
        self.items.append(task.told(wanted, agent=self.agent["id"], why=why))
        self.props.setdefault(task.id, {}).update(moved)
        self.tasks[task.id] = ExecutionTask.from_row({"properties": {**task.properties, **moved}})


async def report_events(command: ReportEvents, tools: Tools) -> Change:
    """Take in what an agent reports.

    Raises:
        NotFound: no such execution or task. Conflict: a single report that is late.
        Unprocessable: a single result that is not as the output schema says. BadInput: a report without sense.
    """
    desk = await _open(command, tools)
    results: list[dict[str, Any]] = []
    taken: list[dict[str, Any]] = []
    for report in command.events:
        try:
            repeated = _take(report, desk)
        except VibeError as error:
            if command.alone:
                raise
            results.append({"event_id": report.get("event_id"), "accepted": False, "reason": str(error)})
            continue
        results.append(
            {"event_id": report.get("event_id"), "accepted": True} | ({"repeated": True} if repeated else {})
        )
        if not repeated:
            taken.append(dict(report))
    answer = {
        "accepted": sum(bool(result["accepted"]) for result in results),
        "results": results,
        "directive": directive_for(desk.execution["status"]),
        "next_task_id": None,
    }
    if desk.items and answer["directive"] == "go":
        following = await next_task(desk.agent, tools)
        answer["next_task_id"] = following.id if following else None
    if not taken:
        return Change(answer=answer)
    return _change(desk, taken, answer, command.signed) + open_tickets(desk.tickets, at=desk.now)


async def _open(command: ReportEvents, tools: Tools) -> _Desk:
    if not 0 < len(command.events) <= MOST_REPORTS:
        raise BadInput(f"1 to {MOST_REPORTS} events at once", field="events")
    found = await tools.graph.read("executions/by_id", ids=[command.execution])
    if not found:
        raise NotFound(f"there is no execution {command.execution!r}")
    agent = await active_agent(tools.actor.removeprefix("agent:"), tools)
    check_signature(command.signed, agent)
    ids = list(dict.fromkeys(str(report.get("task_id")) for report in command.events))
    tasks: dict[str, ExecutionTask] = {}
    for start in range(0, len(ids), 500):
        rows = await tools.graph.read("executions/tasks_by_id", ids=ids[start : start + 500])
        tasks |= {task.id: task for task in map(ExecutionTask.from_row, rows) if task.execution == command.execution}
    known = {task.id: task.properties.get("heard") or "" for task in tasks.values()}
    return _Desk(agent, found[0], tools.clock.now(), tasks, dict(tasks), known)


def _change(desk: _Desk, taken: list[dict[str, Any]], answer: Mapping[str, Any], signed: Mapping[str, str]) -> Change:
    rows = []
    guards = []
    for identity in dict.fromkeys(report["task_id"] for report in taken):
        before = desk.before[identity]
        reports = int(before.properties.get("reports") or 0)
        heard = desk.known[identity]
        fresh = len(heard) - len(before.properties.get("heard") or "")
        props = desk.props.get(identity, {}) | {"reports": reports + 1}
        if fresh:
            props["heard"] = heard[-KNOWN_CHARS - fresh :]
        renewed = renewal(before, desk.now_ms) if desk.tasks[identity].status is _T.RUNNING else None
        rows.append({"id": identity, "props": (renewed["props"] if renewed else {}) | props})
        guards.append(
            expect("ExecutionTask", identity, status=before.status.value, reports=reports, agent=before.agent)
        )
    body = {
        "execution": desk.execution["id"],
        "plan": desk.execution["plan"],
        "reports": taken,
        "items": desk.items,
        **({"signed": {**signed, "key": desk.agent["publicKey"]}} if signed and "publicKey" in desk.agent else {}),
    }
    return Change(
        expects=tuple(guards),
        effects=(Effect("executions/set_tasks", *rows),),
        events=(Event(EventType.EVENTS_REPORTED, desk.execution["id"], body),),
        answer=answer,
    )


def _take(report: Mapping[str, Any], desk: _Desk) -> bool:
    """Take in one report; whether it was there already."""
    task = desk.tasks.get(str(report.get("task_id")))
    if task is None:
        raise NotFound(f"execution {desk.execution['id']!r} has no task {report.get('task_id')!r}")
    kind = str(report.get("event_type") or "").lower()
    if kind not in TYPES:
        raise BadInput(f"{kind!r} is none of {', '.join(TYPES)}", field="event_type")
    identity = report.get("event_id")
    mark = _mark(str(identity)) if identity else ""
    if mark and mark in desk.known[task.id]:
        return True
    _check_holder(report, task, desk)
    _read_report(kind, report, task, desk)
    desk.known[task.id] += mark
    return False


def _mark(identity: str) -> str:
    """A report's id as it is remembered: 48 bits of its hash, ended by a space."""
    return f"{b64encode(sha256(identity.encode()).digest()[:6]).decode()} "


def _check_holder(report: Mapping[str, Any], task: ExecutionTask, desk: _Desk) -> None:
    why = None
    if desk.execution["status"] in ENDED_EXECUTIONS:
        why = f"the execution is {desk.execution['status']}"
    elif task.status is not _T.RUNNING or task.agent != desk.agent["id"]:
        why = "too late: you do not hold this task (any more)"
    elif report.get("attempt") not in (None, task.attempt):
        why = f"too late: this is attempt {task.attempt}"
    if why:
        raise Conflict(why, found={"status": task.status.value, "agent": task.agent, "attempt": task.attempt})


def _read_report(kind: str, report: Mapping[str, Any], task: ExecutionTask, desk: _Desk) -> None:
    cost = report.get("cost_usd")
    if cost:
        desk.set(task, costUsd=float(task.properties.get("costUsd") or 0) + float(cost))
        task = desk.tasks[task.id]
    match kind:
        case "task_completed":
            _complete(report, task, desk)
        case "task_failed":
            _fail(report, task, desk)
        case "task_waiting":
            _wait(report, task, desk)
        case _:
            ratio = report.get("progress_ratio")
            if ratio is not None:
                desk.note(task, progressRatio=float(ratio))


def _complete(report: Mapping[str, Any], task: ExecutionTask, desk: _Desk) -> None:
    output = report.get("output_data")
    own = capabilities_of(desk.agent).get(task.action, {}).get("output_schema")
    fault = first_fault(own or templates()[task.action].output_schema, output if output is not None else {})
    if fault:
        raise Unprocessable(fault, field=f"output_data/{fault.partition(':')[0]}")
    confidence = report.get("confidence")
    props: dict[str, Any] = {
        "output": to_json(output).decode(),
        "confidence": confidence,
        "finishedMs": desk.now_ms,
        "doneBy": f"agent:{desk.agent['id']}",
        "progressRatio": 1.0,
    }
    if confidence is not None and float(confidence) >= REVIEW_BELOW:
        desk.move(task, _T.COMPLETED, **props)
        return
    said = "no word on how sure it is" if confidence is None else f"only {float(confidence):.2f} sure"
    desk.move(task, _T.IN_REVIEW, why=said, **props)
    desk.tickets.append(
        Ticket(
            id=derived_id("review", task.id, task.attempt),
            kind=TicketKind.REVIEW,
            plan=desk.execution["plan"],
            title=f"Is this good: {task.title}"[:300],
            execution=task.execution,
            task=task.id,
            tried=f"{desk.agent['name']} handed it in, {said}",
            draft={"output_data": output, "confidence": confidence},
        )
    )


def _fail(report: Mapping[str, Any], task: ExecutionTask, desk: _Desk) -> None:
    said = str((report.get("output_data") or {}).get("error") or report.get("status") or "no reason given")[:300]
    desk.move(task, _T.FAILED, why=said, lastError=said)
    failed = desk.tasks[task.id]
    if task.attempt < ATTEMPTS_MAX:
        wait_ms = int(RETRY_AFTER.total_seconds() * 1000) * 2 ** (task.attempt - 1)
        desk.move(failed, _T.QUEUED, attempt=task.attempt + 1, notBeforeMs=desk.now_ms + wait_ms, progressRatio=None)
        return
    tried = f"{task.attempt} attempts, last by {desk.agent['name']}: {said}"
    desk.tickets.append(
        work_ticket(desk.execution["plan"], task, tried, derived_id("ticket", task.id, task.attempt, "failed"))
    )


def _wait(report: Mapping[str, Any], task: ExecutionTask, desk: _Desk) -> None:
    waiting = report.get("waiting") or {}
    count = int(task.properties.get("waits") or 0)
    since_ms = int(task.properties.get("waitSinceMs") or desk.now_ms)
    due = desk.now + min(WAIT_FIRST * 2**count, WAIT_MOST)
    until = waiting.get("until")
    if until:
        try:
            due = min(instant(str(until)), desk.now + WAIT_MOST)
        except ValueError as error:
            raise BadInput("an instant like 2026-03-02T09:00:00Z belongs here", field="waiting.until") from error
    due = min(due, desk.now + max(WAIT_MOST - timedelta(milliseconds=desk.now_ms - since_ms), timedelta(minutes=1)))
    props: dict[str, Any] = {
        "waitingOn": str(waiting.get("on") or "somebody outside")[:300],
        "waits": count + 1,
        "waitSinceMs": since_ms,
        "dueMs": epoch_ms(due),
        "heldBy": desk.agent["id"],
    }
    desk.move(task, _T.WAITING, why=props["waitingOn"], **props)
