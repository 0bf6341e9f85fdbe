"""Controlling: pause, resume and cancel an execution; and what time does to its tasks.

Woken by `MoveExecution` and by `SweepDue`: a lease that ended puts its task back in line and asks about its agent, a
wait that is over is tried again or, after two days, put before a person. Emits `ExecutionMoved`, `TasksMoved`,
`TicketsOpened`, `QuestionRaised`.

Source: SPEC section 5 (lease, external wait), document 001 ("Risk Mitigation").
"""

from __future__ import annotations

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import MoveExecution
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import (
    OPEN_TASKS,
    WAIT_MOST,
    ExecutionStatus,
    ExecutionTask,
    TaskStatus,
    check_execution_move,
)
from vibe.domain.identities import derived_id
from vibe.domain.tickets import Ticket, TicketKind, close_ticket, open_tickets
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools
from vibe.plans.dispatching import requeued
from vibe.plans.gating import withdraw_gate
from vibe.plans.listening import ask_about_stuck
from vibe.plans.starting import advanced, moved_execution
from vibe.plans.ticketing import find_ticket
from vibe.ports.inward import Row

MOST_A_SWEEP = 500
PAGE = 1000
_X, _T = ExecutionStatus, TaskStatus
ALLOWED = (_X.PAUSED, _X.RUNNING, _X.CANCELLED)


async def move_execution(command: MoveExecution, tools: Tools) -> Change:
    """Pause, resume or cancel.

    Raises:
        NotFound: no such execution. IllegalMove: not from where it stands. BadInput: no such word. Refused: no person.
    """
    decider_of(tools.actor)
    word = command.status.strip().lower()
    if word not in ALLOWED:
        raise BadInput(f"{command.status!r} is none of {', '.join(ALLOWED)}", field="status")
    found = await tools.graph.read("executions/by_id", ids=[command.id])
    if not found:
        raise NotFound(f"there is no execution {command.id!r}; `vibe executions list` lists them")
    wanted = _X(word)
    check_execution_move(found[0]["status"], wanted)
    change = moved_execution(found[0], wanted, why=command.reason)
    if wanted is _X.CANCELLED:
        change += await _cancelled(found[0], tools)
    return change + Change(answer={"execution_id": command.id, "status": wanted.value})


async def _cancelled(execution: Row, tools: Tools) -> Change:
    """Cancel every task that is open and close the tickets about them; what was done stays done."""
    tasks: list[ExecutionTask] = []
    after = 0
    while page := await tools.graph.read("executions/tasks", execution=execution["id"], after=after, limit=PAGE):
        tasks += [ExecutionTask.from_row(row) for row in page]
        after = page[-1]["position"]
    left = [task for task in tasks if task.status in OPEN_TASKS]
    if not left:
        return NOTHING
    body = {"execution": execution["id"], "plan": execution["plan"]}
    items = [task.told(_T.CANCELLED) for task in left]
    change = Change(
        expects=tuple(expect("ExecutionTask", task.id, status=task.status.value) for task in left),
        effects=(Effect("executions/set_tasks", *(task.moved(_T.CANCELLED) for task in left)),),
        events=(Event(EventType.TASKS_MOVED, execution["id"], body | {"items": items}),),
    )
    for start in range(0, len(left), MOST_A_SWEEP):
        ids = [task.id for task in left[start : start + MOST_A_SWEEP]]
        for row in await tools.graph.read("tickets/of_tasks", tasks=ids):
            ticket = await find_ticket(row["id"], tools)
            change += close_ticket(ticket, "cancelled", by=tools.actor, at=tools.clock.now())
    for lane in sorted({str(task.properties.get("lane")) for task in left if task.status is _T.BLOCKED}):
        change += await withdraw_gate(lane.removeprefix("gate:"), "its execution was cancelled", tools)
    return change


async def sweep_tasks(tick: Entry, tools: Tools) -> Change:
    """Put back in line what nobody works on any more, and what waited long enough."""
    del tick
    now_ms = epoch_ms(tools.clock.now())
    rows = await tools.graph.read("executions/due", now_ms=now_ms, limit=MOST_A_SWEEP)
    tasks = [ExecutionTask.from_row(row) for row in rows]
    ended = [task for task in tasks if task.status is _T.RUNNING]
    change = NOTHING
    for task in ended:
        change += requeued(task, why="the lease ended: no sign of life")
    for task in tasks:
        if task.status is _T.WAITING:
            change += await _waited(task, now_ms, tools)
    return change + await ask_about_stuck(ended, tools)


async def _waited(task: ExecutionTask, now_ms: int, tools: Tools) -> Change:
    """Try again, or ask a person once two days are over."""
    since_ms = int(task.properties["waitSinceMs"])
    if now_ms - since_ms < WAIT_MOST.total_seconds() * 1000:
        body = {"execution": task.execution, "items": [task.told(_T.QUEUED, why="look again")]}
        return Change(
            expects=(expect("ExecutionTask", task.id, status=task.status.value, attempt=task.attempt),),
            effects=(Effect("executions/set_tasks", task.moved(_T.QUEUED)),),
            events=(Event(EventType.TASKS_MOVED, task.execution, body),),
        )
    plan = (await tools.graph.read("executions/by_id", ids=[task.execution]))[0]["plan"]
    ticket = Ticket(
        id=derived_id("wait", task.id, since_ms),
        kind=TicketKind.WAIT,
        plan=plan,
        title=f"No answer from {task.properties['waitingOn']}: {task.title}"[:300],
        execution=task.execution,
        task=task.id,
        tried=f"looked {task.properties['waits']} times in two days",
    )
    props = {"dueMs": None}
    return Change(
        expects=(expect("ExecutionTask", task.id, status=task.status.value, attempt=task.attempt),),
        effects=(Effect("executions/set_tasks", {"id": task.id, "props": props}),),
    ) + open_tickets([ticket], at=tools.clock.now())


async def sweep_executions(tick: Entry, tools: Tools) -> Change:
    """Go on with executions whose wake-up was lost."""
    del tick
    change = NOTHING
    statuses = [_X.QUEUED.value, _X.RUNNING.value]
    for execution in await tools.graph.read("executions/of_status", statuses=statuses, limit=100):
        rows = await tools.graph.read("executions/ready", execution=execution["id"], limit=MOST_A_SWEEP)
        change += await advanced(execution, [ExecutionTask.from_row(row) for row in rows], (), tools)
        if any(effect.query == "proposals/number" for effect in change.effects):
            break  # a change makes one proposal at most; the others have their turn a minute later
    return change
