"""Ticketing: a person ends a ticket, and the work goes on.

Woken by `ResolveTicket`; only a person may. Emits `TicketClosed`, `TasksMoved`, `TicketsOpened`.

Source: SPEC section 7, document 002 section 2 ("Fallback Path", "Dynamic Re-routing").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vibe.domain.breakdowns import Breakdown, read_markdown
from vibe.domain.canonical import epoch_ms, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import ResolveTicket
from vibe.domain.errors import BadInput, Conflict, NotFound, Unprocessable
from vibe.domain.events import Event, EventType
from vibe.domain.executions import ExecutionStatus, ExecutionTask, TaskStatus
from vibe.domain.identities import derived_id
from vibe.domain.tickets import Resolution, Ticket, TicketKind, close_ticket, open_tickets, read_resolution
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools
from vibe.plans.agents import first_fault
from vibe.plans.decomposing import breakdown_of, confirmed, keep_breakdowns, read_work
from vibe.plans.starting import moved_execution, work_ticket
from vibe.plans.templates import FALLBACK, as_typed, human_actions, templates

_T = TaskStatus
_STEPS: Mapping[Resolution, tuple[TaskStatus, ...]] = {
    Resolution.DONE: (_T.RUNNING, _T.COMPLETED),
    Resolution.ACCEPT: (_T.COMPLETED,),
    Resolution.RETURN: (_T.QUEUED,),
    Resolution.TAKE_OVER: (_T.QUEUED,),
    Resolution.SKIP: (_T.SKIPPED,),
    Resolution.RETRY: (_T.QUEUED,),
}


async def find_ticket(identity: str, tools: Tools) -> Ticket:
    """The ticket of this id, or the one whose id begins so.

    Raises:
        NotFound: none, or several.
    """
    rows = await tools.graph.read("tickets/beginning", start=identity, limit=2) if identity else []
    if len(rows) > 1:
        raise NotFound(f"several tickets begin with {identity!r}; write more of the id")
    if not rows:
        raise NotFound(f"there is no ticket {identity!r}; `vibe tickets` lists those that wait")
    return Ticket.from_row(rows[0])


async def open_ticket_of(task: str, tools: Tools) -> Ticket | None:
    """The ticket that waits about an execution task."""
    rows = await tools.graph.read("tickets/of_tasks", tasks=[task])
    return await find_ticket(rows[0]["id"], tools) if rows else None


async def resolve_ticket(command: ResolveTicket, tools: Tools) -> Change:
    """End a ticket as a person says.

    Raises:
        NotFound: no such ticket. Refused: not a person. BadInput: a word that is none here. Conflict: it is closed.
        Unprocessable: a result that is not as the output schema says.
    """
    who = decider_of(tools.actor)
    ticket = await find_ticket(command.id, tools)
    resolution = read_resolution(ticket, command.resolution)
    if ticket.status != "open":
        raise Conflict(f"ticket {ticket.id!r} is closed already")
    closed = close_ticket(ticket, resolution.value, by=who.actor, at=tools.clock.now(), note=command.note)
    answer = Change(answer={"ticket_id": ticket.id, "resolution": resolution.value})
    if ticket.kind is TicketKind.BREAKDOWN:
        return closed + await _broken_down(command, ticket, resolution, tools) + answer
    if ticket.task is None:
        return closed + await _heard(ticket, resolution, command, tools) + answer
    rows = await tools.graph.read("executions/tasks_by_id", ids=[ticket.task])
    return closed + _went_on(command, ticket, resolution, ExecutionTask.from_row(rows[0]), tools) + answer


async def _heard(ticket: Ticket, resolution: Resolution, command: ResolveTicket, tools: Tools) -> Change:
    """A person's word on a plan as a whole: returned, what runs is paused until they let it go on."""
    if resolution is not Resolution.RETURN or ticket.execution is None:
        return NOTHING
    execution = (await tools.graph.read("executions/by_id", ids=[ticket.execution]))[0]
    if execution["status"] != ExecutionStatus.RUNNING:
        return NOTHING
    return moved_execution(execution, ExecutionStatus.PAUSED, why=command.note or "a person stopped it over its risks")


def _went_on(
    command: ResolveTicket, ticket: Ticket, resolution: Resolution, task: ExecutionTask, tools: Tools
) -> Change:
    """Move the task that the ticket is about, step by step."""
    props = _props(command, resolution, task, tools)
    steps = _STEPS[resolution]
    if resolution is Resolution.DONE and task.status is not _T.QUEUED:
        steps = (_T.QUEUED, *steps)
    at = task
    items: list[dict[str, Any]] = []
    moved: dict[str, Any] = {}
    for wanted in steps:
        items.append(at.told(wanted, by=tools.actor, why=command.note or None))
        moved |= at.moved(wanted, **props)["props"]
        at = ExecutionTask.from_row({"properties": {**at.properties, **moved}})
    body = {"execution": task.execution, "plan": ticket.plan, "items": items}
    change = Change(
        expects=(expect("ExecutionTask", task.id, status=task.status.value, attempt=task.attempt),),
        effects=(Effect("executions/set_tasks", {"id": task.id, "props": moved}),),
        events=(Event(EventType.TASKS_MOVED, task.execution, body),),
    )
    if resolution is not Resolution.TAKE_OVER:
        return change
    mine = work_ticket(ticket.plan, task, "taken over by a person", derived_id("ticket", task.id, "taken over"))
    return change + open_tickets([mine], at=tools.clock.now())


def _props(command: ResolveTicket, resolution: Resolution, task: ExecutionTask, tools: Tools) -> dict[str, Any]:
    """What the task is told beside its move."""
    now_ms = epoch_ms(tools.clock.now())
    finished = {"finishedMs": now_ms, "doneBy": tools.actor}
    match resolution:
        case Resolution.DONE:
            return finished | {"output": _output(command, task), "confidence": 1.0, "startedMs": now_ms}
        case Resolution.ACCEPT:
            return finished
        case Resolution.SKIP:
            return finished | {"note": command.note or None}
        case Resolution.TAKE_OVER:
            return {"human": True, "attempt": task.attempt + 1}
        case _:
            again = {"attempt": task.attempt + 1, "notBeforeMs": None, "note": command.note or None}
            return again | {"waits": None, "waitSinceMs": None, "refusedBy": None, "progressRatio": None}


def _output(command: ResolveTicket, task: ExecutionTask) -> str:
    output = dict(command.output) if command.output is not None else {"summary": command.note or "done by a person"}
    fault = first_fault(templates()[task.action].output_schema, output) if task.action in templates() else None
    if fault:
        raise Unprocessable(fault, field=f"output_data/{fault.partition(':')[0]}")
    return to_json(output).decode()


async def _broken_down(command: ResolveTicket, ticket: Ticket, resolution: Resolution, tools: Tools) -> Change:
    """Vouch for the drafts of a section, or put what was typed in their place.

    A list under `# TITLE OR ID` is that task's; without headings it is the breakdown of the ticket's only task.
    """
    work = await read_work(ticket.plan, tools)
    drafts = {row["task_id"]: row["title"] for row in ticket.draft["tasks"] if row["task_id"] in work.tasks}
    kept = {}
    typed = _typed(command.markdown, drafts) if resolution is Resolution.BREAKDOWN else {}
    for identity in drafts:
        task = work.tasks[identity]
        found = breakdown_of(task)
        if identity in typed:
            steps = read_markdown(typed[identity], templates(), human=human_actions(), default=FALLBACK)
            kept[task] = Breakdown(tuple(map(as_typed, steps)), 1.0, tools.actor)
        elif found is not None:
            kept[task] = confirmed(found, tools.actor)
    return await keep_breakdowns(kept, tools) if kept else NOTHING


def _typed(markdown: str, drafts: Mapping[str, str]) -> dict[str, str]:
    """Split what was typed by its headings."""
    if not markdown.strip():
        raise BadInput("type the steps as a Markdown list", field="markdown")
    found: dict[str, list[str]] = {}
    named = {title.casefold(): identity for identity, title in drafts.items()} | {name: name for name in drafts}
    at = next(iter(drafts)) if len(drafts) == 1 else ""
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.startswith("#"):
            at = named.get(line.strip("# ").casefold(), named.get(line.strip("# "), ""))
            if not at:
                raise BadInput(f"no task of this ticket is called {line.strip('# ')!r}", line=number, field="markdown")
        elif line.strip():
            if not at:
                raise BadInput("put the task's title above its list: `# Title`", line=number, field="markdown")
            found.setdefault(at, []).append(line)
    return {identity: "\n".join(lines) for identity, lines in found.items()}
