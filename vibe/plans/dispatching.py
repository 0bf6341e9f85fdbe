"""Dispatching: who gets which task next.

An agent that asks gets what it holds already, else the first task in its lanes whose schema it takes: fair between
executions (the one with fewest running tasks first), within one by priority, then the longest way still to go. The
claim expects the task to be queued still, so two that ask at once never get the same one.

Emits `TasksMoved`. Source: SPEC sections 5 (lease) and 7, document 002 section 2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from vibe.domain.agents import tasks_at_once
from vibe.domain.canonical import epoch_ms, iso
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import ClaimWork, RefuseTask, SignOfLife
from vibe.domain.errors import Conflict, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.executions import (
    ENDED_EXECUTIONS,
    RENEW_EVERY,
    ExecutionStatus,
    ExecutionTask,
    TaskStatus,
    lease_until,
)
from vibe.domain.identities import derived_id
from vibe.domain.tickets import close_ticket, open_tickets
from vibe.kernel.tools import Tools
from vibe.plans.agents import actions_of, active_agent, capabilities_of, fault_of, read_agents
from vibe.plans.matching import is_kept_for_another
from vibe.plans.starting import work_ticket
from vibe.plans.ticketing import open_ticket_of
from vibe.ports.inward import Row

CANDIDATES = 32
SEEN_EVERY = timedelta(minutes=1)
MOST_INPUT_CHARS = 1_000_000
_T = TaskStatus


async def claim_work(command: ClaimWork, tools: Tools) -> Change:
    """Give an agent its next task.

    Raises:
        NotFound: no such agent. Refused: it was revoked.
    """
    agent = await active_agent(command.agent, tools)
    held = [ExecutionTask.from_row(row) for row in await _held(command.agent, tools)]
    busy = full_actions(agent, held)
    if len(busy) == len(actions_of(agent)) or len(held) >= int(agent.get("tasksAtOnce") or 1):
        return _renewed(held, tools) + Change(answer={"task": work_of(held[0], await _inputs(held[0], tools))})
    chosen = await next_task(agent, tools, busy)
    if chosen is None:
        return _back(agent, tools) + Change(answer={"task": None})
    tools.reserve(chosen.id)
    return await _claimed(agent, chosen, tools)


def _back(agent: Row, tools: Tools) -> Change:
    """Bookkeeping, once a minute: an agent that asks for work is there."""
    quiet_ms = epoch_ms(tools.clock.now()) - int(agent["lastSeenMs"])
    if agent.get("stuckQuestion") is None and quiet_ms < SEEN_EVERY.total_seconds() * 1000:
        return NOTHING
    return Change(
        effects=(Effect("agents/set", {"id": agent["id"], "props": {"lastSeenMs": epoch_ms(tools.clock.now())}}),)
    )


async def _held(agent: str, tools: Tools) -> list[Row]:
    return await tools.graph.read("executions/held", agent=agent, limit=100)


def full_actions(agent: Row, held: Sequence[ExecutionTask]) -> set[str]:
    """The actions of which an agent holds as many tasks as it takes at once."""
    count = Counter(task.action for task in held)
    return {action for action, item in capabilities_of(agent).items() if count[action] >= tasks_at_once(item)}


async def next_task(agent: Row, tools: Tools, without: Container[str] = ()) -> ExecutionTask | None:
    """The task an agent would get now; none of a plan that is paused."""
    paused = [row["plan"] for row in await tools.graph.read("loop/pauses", limit=500)]
    if None in paused:
        return None
    lanes = [f"queued:{action}" for action in actions_of(agent) if action not in without]
    now_ms = epoch_ms(tools.clock.now())
    rows = await tools.graph.read("executions/claimable", lanes=lanes, without=paused, now_ms=now_ms, limit=CANDIDATES)
    mine = [row for row in rows if row["only_agent"] in (None, agent["id"])]
    executions = sorted({row["execution"] for row in mine})
    if len(executions) > 1:
        loads = {row["id"]: row["running"] for row in await tools.graph.read("executions/loads", ids=executions)}
        mine.sort(key=lambda row: loads.get(row["execution"], 0))  # within one they are in order
    return next((task for task in map(ExecutionTask.from_row, mine) if _fits(task, agent, now_ms)), None)


def _fits(task: ExecutionTask, agent: Row, now_ms: int) -> bool:
    """Whether it may be this agent's: it did not refuse it, nobody better is to have it, and its schema takes it."""
    if is_kept_for_another(task, agent["id"], now_ms):
        return False
    return agent["id"] not in (task.properties.get("refusedBy") or ()) and fault_of(task, agent) is None


async def _claimed(agent: Row, task: ExecutionTask, tools: Tools) -> Change:
    now_ms = epoch_ms(tools.clock.now())
    limit_s = int(task.properties["timeLimitS"])
    props = {
        "agent": agent["id"],
        "startedMs": now_ms,
        "firstStartedMs": task.properties.get("firstStartedMs") or now_ms,
        "seenMs": now_ms,
        "dueMs": lease_until(now_ms, now_ms, limit_s),
        "progressRatio": None,
        "waitingOn": None,
    }
    body = _body(task, task.told(_T.RUNNING, agent=agent["id"]))
    taken = ExecutionTask.from_row({"properties": {**task.properties, **props, "status": _T.RUNNING.value}})
    change = Change(
        expects=(
            expect("ExecutionTask", task.id, status=_T.QUEUED.value, attempt=task.attempt),
            expect("Execution", task.execution, status=ExecutionStatus.RUNNING.value),
            expect("Agent", agent["id"], status="active"),
        ),
        effects=(Effect("executions/set_tasks", task.moved(_T.RUNNING, **props)),),
        events=(Event(EventType.TASKS_MOVED, task.execution, body),),
        answer={"task": work_of(taken, await _inputs(task, tools))},
    )
    ticket = await open_ticket_of(task.id, tools)
    if ticket is None:
        return change
    return change + close_ticket(ticket, "claimed", by=tools.actor, at=tools.clock.now())


async def _inputs(task: ExecutionTask, tools: Tools) -> list[dict[str, Any]]:
    """What the tasks before it brought; an output that would make too much of it is left out, and says so."""
    found = []
    room = MOST_INPUT_CHARS
    for row in await tools.graph.read("executions/before", id=task.id, limit=CANDIDATES):
        before = ExecutionTask.from_row(row)
        size = len(before.properties.get("output") or "")
        told = {"task_id": before.id, "title": before.title, "action": before.action, "status": before.status.value}
        found.append(told | ({"output_data": before.plain("output")} if size <= room else {"left_out": True}))
        room -= size if size <= room else 0
    return found


def work_of(task: ExecutionTask, inputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A task as an agent is given it; `inputs` is what the tasks before it brought."""
    props = task.properties
    return {
        "execution_id": task.execution,
        "task_id": task.id,
        "source_id": props.get("sourceId"),
        "title": task.title,
        "action": task.action,
        "params": task.plain("params"),
        "inputs": list(inputs),
        "answers": task.plain("answers") or [],
        "note": props.get("note"),
        "evidence_required": props.get("evidenceRequired"),
        "time_limit_s": props["timeLimitS"],
        "attempt": task.attempt,
        "lease_until": iso(datetime.fromtimestamp(props["dueMs"] / 1000, UTC)),
    }


async def refuse_task(command: RefuseTask, tools: Tools) -> Change:
    """Take a task back from an agent that can't do it: to another agent, then to a person.

    Raises:
        NotFound: no such task. Conflict: the agent does not hold it (any more).
    """
    rows = await tools.graph.read("executions/tasks_by_id", ids=[command.task])
    if not rows:
        raise NotFound(f"there is no task {command.task!r}")
    task = ExecutionTask.from_row(rows[0])
    if task.agent != command.agent or task.status is not _T.RUNNING:
        raise Conflict("you do not hold this task", found={"status": task.status.value, "agent": task.agent})
    refused = [*(task.properties.get("refusedBy") or ()), command.agent]
    change = requeued(task, why=f"refused: {command.reason}"[:300], refusedBy=refused)
    others = [
        agent
        for agent in await read_agents(tools)
        if agent["id"] not in refused and task.action in capabilities_of(agent) and fault_of(task, agent) is None
    ]
    if not others:
        plan = (await tools.graph.read("executions/by_id", ids=[task.execution]))[0]["plan"]
        tried = f"refused by {len(refused)} agent(s), last: {command.reason or 'no reason given'}"
        ticket = work_ticket(plan, task, tried, derived_id("ticket", task.id, task.attempt, "refused"))
        change += open_tickets([ticket], at=tools.clock.now())
    return change + Change(answer={"task_id": task.id, "status": _T.QUEUED.value, "goes_to": len(others) or "a person"})


def requeued(task: ExecutionTask, *, why: str, **props: Any) -> Change:
    """Build the change that puts a task back in line with its next attempt."""
    moved = task.moved(_T.QUEUED, attempt=task.attempt + 1, progressRatio=None, **props)
    body = _body(task, task.told(_T.QUEUED, why=why, attempt=task.attempt + 1, agent=task.agent))
    return Change(
        expects=(expect("ExecutionTask", task.id, status=task.status.value, attempt=task.attempt),),
        effects=(Effect("executions/set_tasks", moved),),
        events=(Event(EventType.TASKS_MOVED, task.execution, body),),
    )


def _body(task: ExecutionTask, *items: dict[str, Any]) -> dict[str, Any]:
    return {"execution": task.execution, "items": list(items)}


async def renew_leases(command: SignOfLife, tools: Tools) -> Change:
    """An agent is there: what it holds goes on being its.

    Raises:
        NotFound: no such agent. Refused: it was revoked.
    """
    await active_agent(command.agent, tools)
    held = [ExecutionTask.from_row(row) for row in await _held(command.agent, tools)]
    seen = Effect("agents/set", {"id": command.agent, "props": {"lastSeenMs": epoch_ms(tools.clock.now())}})
    told = [{"task_id": task.id, "execution_id": task.execution} for task in held]
    directive = await directive_of(held[0].execution, tools) if held else "go"
    answer = {"agent_id": command.agent, "holds": told, "directive": directive}
    return Change(effects=(seen,), answer=answer) + _renewed(held, tools)


async def directive_of(execution: str, tools: Tools) -> str:
    """What whoever works on an execution should do before the next step: go, pause or stop."""
    found = await tools.graph.read("executions/by_id", ids=[execution])
    return directive_for(found[0]["status"] if found else ExecutionStatus.CANCELLED.value)


def directive_for(status: str) -> str:
    """What an execution of this status tells whoever works on it."""
    if status in ENDED_EXECUTIONS:
        return "stop"
    return "go" if status == ExecutionStatus.RUNNING else "pause"


def _renewed(held: list[ExecutionTask], tools: Tools) -> Change:
    """Bookkeeping: the leases run on, written every half minute at most."""
    rows = [row for task in held if (row := renewal(task, epoch_ms(tools.clock.now())))]
    if not rows:
        return NOTHING
    guards = tuple(expect("ExecutionTask", task.id, status=_T.RUNNING.value, agent=task.agent) for task in held)
    return Change(guards, (Effect("executions/set_tasks", *rows),))


def renewal(task: ExecutionTask, now_ms: int) -> dict[str, Any] | None:
    """The row that lets a lease run on; None where it was written just now."""
    if now_ms - int(task.properties["seenMs"]) < RENEW_EVERY.total_seconds() * 1000:
        return None
    due = lease_until(now_ms, int(task.properties["startedMs"]), int(task.properties["timeLimitS"]))
    return {"id": task.id, "props": {"seenMs": now_ms, "dueMs": due}}
