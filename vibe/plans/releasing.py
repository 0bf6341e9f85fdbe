"""Releasing: the tasks that waited at a gate, once it is decided.

Woken by the ends of a proposal. Approved and carried out: they are in line, each only if it would still do what was
approved; those that would not are asked about anew, like those whose proposal expired or went stale. Rejected: a ticket
each, with the person's words. Other proposals have no tasks in their lane, so nothing happens.

Emits `TasksMoved`, `TicketsOpened`, `ProposalReady`. Source: SPEC section 4, DESIGN section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import ENDED_EXECUTIONS, ExecutionTask, TaskStatus
from vibe.domain.identities import derived_id
from vibe.domain.packets import RiskGate, parse_packet
from vibe.domain.tickets import open_tickets
from vibe.kernel.tools import Tools
from vibe.plans.gating import ask_for_leave, deed_of, open_gate, spread_over_days
from vibe.plans.starting import work_ticket
from vibe.ports.inward import Row

PAGE = 500
_T = TaskStatus
ANEW = (EventType.PROPOSAL_EXPIRED, EventType.PROPOSAL_STALE, EventType.PROPOSAL_CANCELLED)


async def release_tasks(entry: Entry, tools: Tools) -> Change:
    """Move the tasks on that waited for this proposal."""
    lane = f"gate:{entry.subject}"
    rows = await tools.graph.read("executions/of_lane", lane=lane, after="", limit=PAGE)
    tasks = [ExecutionTask.from_row(row) for row in rows]
    if not tasks:
        return NOTHING
    execution = (await tools.graph.read("executions/by_id", ids=[tasks[0].execution]))[0]
    if execution["status"] in ENDED_EXECUTIONS:
        return NOTHING
    if entry.type == EventType.PROPOSAL_EXECUTED:
        return await _let_go(entry.subject, execution, tasks, tools)
    if entry.type in ANEW:
        return await ask_for_leave(execution, [await deed_of(task, tools) for task in tasks], tools)
    return await _to_a_person(entry, execution, tasks, tools)


async def _let_go(proposal: str, execution: Row, tasks: Sequence[ExecutionTask], tools: Tools) -> Change:
    row = (await tools.graph.read("decisions/proposals", ids=[proposal]))[0]
    packet = parse_packet(row["action"])
    assert isinstance(packet, RiskGate)
    listed = {(item.id, item.sha256) for item in packet.tasks}
    deeds = [await deed_of(task, tools) for task in tasks]
    ahead: list[tuple[ExecutionTask, dict[str, Any]]] = [
        (deed.task, {}) for deed in deeds if (deed.task.id, deed.sha256) in listed
    ]
    others = [deed for deed in deeds if (deed.task.id, deed.sha256) not in listed]
    free, daily = await spread_over_days(ahead, tools)
    change = open_gate(proposal, packet, len(free)) + daily
    if free:
        change += _moved(execution, free, f"you approved proposal {row['number']}")
    return change + (await ask_for_leave(execution, others, tools) if others else NOTHING)


def _moved(execution: Row, free: Sequence[tuple[ExecutionTask, dict[str, Any]]], why: str) -> Change:
    cleared = {"waitingOn": None, "waitSinceMs": None}
    body = {"execution": execution["id"], "plan": execution["plan"]}
    items = [task.told(_T.QUEUED, why=why) for task, _ in free]
    return Change(
        expects=tuple(
            expect("ExecutionTask", task.id, status=_T.BLOCKED.value, attempt=task.attempt) for task, _ in free
        ),
        effects=(Effect("executions/set_tasks", *(task.moved(_T.QUEUED, **cleared, **more) for task, more in free)),),
        events=(Event(EventType.TASKS_MOVED, execution["id"], body | {"items": items}),),
    )


async def _to_a_person(entry: Entry, execution: Row, tasks: Sequence[ExecutionTask], tools: Tools) -> Change:
    """A no: the task is not done as it stands; the person says what becomes of it."""
    rows = await tools.graph.read("decisions/verdict", proposal=entry.subject)
    said = rows[0]["reason"] if rows and rows[0]["reason"] else "without a reason"
    tried = f"you said no to proposal {entry.body['number']}: {said}"
    props = {"lane": None, "human": True, "waitingOn": "you: you said no to it as it stood"}
    tickets = [
        work_ticket(execution["plan"], task, tried, derived_id("ticket", task.id, entry.subject)) for task in tasks
    ]
    return Change(
        expects=tuple(expect("ExecutionTask", task.id, status=_T.BLOCKED.value) for task in tasks),
        effects=(Effect("executions/set_tasks", *({"id": task.id, "props": props} for task in tasks)),),
    ) + open_tickets(tickets, at=tools.clock.now())
