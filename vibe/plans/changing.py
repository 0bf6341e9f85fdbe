"""Changing: a plan that is being carried out is edited while it is paused; finished work stays.

Woken by `ChangeExecution`, whose diff is lines of text (`domain.task_diffs`). New tasks are pending, what is left out
is skipped, what is done otherwise keeps its number. The order and the longest way are reckoned anew. A task that would
now reach outside with other words, or other people, than were approved waits at a gate again.

Emits `ExecutionChanged`, `TasksMoved`, `TicketClosed`. Source: issue "Plans that get done" (Executions), document 001.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vibe.domain.canonical import to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.executions import ExecutionStatus, ExecutionTask, TaskStatus
from vibe.domain.identities import derived_id
from vibe.domain.task_diffs import Added, Edited, LeftOut, TaskEdit, read_task_diff
from vibe.domain.tickets import close_ticket
from vibe.domain.verdicts import decider_of
from vibe.domain.work_commands import ChangeExecution
from vibe.domain.workgraphs import check_order, longest_ways, rank
from vibe.kernel.tools import Tools
from vibe.plans.gating import ask_for_leave, deed_of, tier_of, withdraw_gate
from vibe.plans.parking import AHEAD
from vibe.plans.templates import human_actions, templates
from vibe.plans.ticketing import open_ticket_of
from vibe.ports.inward import Row

PAGE = 1000
MOST_LINKS = 20_000
_T = TaskStatus
_ENDED = (_T.COMPLETED, _T.SKIPPED, _T.CANCELLED)
_IN_HAND = (_T.RUNNING, _T.WAITING, _T.IN_REVIEW)
_DEED = ("title", "params")


@dataclass(slots=True)
class _Draft:
    """An execution's tasks while they are edited: by number, with what is set on each and who waits for whom."""

    execution: Row
    tasks: dict[int, ExecutionTask]
    links: set[tuple[str, str]]
    props: dict[str, dict[str, Any]] = field(default_factory=dict)
    added: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[ExecutionTask] = field(default_factory=list)

    def find(self, number: int, line: int) -> ExecutionTask:
        """A task by its number.

        Raises:
            BadInput: there is none.
        """
        if number not in self.tasks:
            raise BadInput(
                f"there is no task {number}; tasks are numbered 1 to {max(self.tasks)}", line=line, field="diff"
            )
        return self.tasks[number]

    def set(self, number: int, **props: Any) -> None:
        """Set properties of a task."""
        task = self.tasks[number]
        self.props.setdefault(task.id, {}).update(props)
        self.tasks[number] = ExecutionTask.from_row({"properties": {**task.properties, **props}})


async def change_execution(command: ChangeExecution, tools: Tools) -> Change:
    """Edit a paused execution.

    Raises:
        NotFound: no such execution. Refused: not a person. BadInput: a line that is none; says which.
        Conflict: it is not paused, or a line is about what is done or in somebody's hands.
    """
    decider_of(tools.actor)
    edits = read_task_diff(command.diff, templates(), human_actions())
    found = await tools.graph.read("executions/by_id", ids=[command.id])
    if not found:
        raise NotFound(f"there is no execution {command.id!r}; `vibe executions list` lists them")
    if found[0]["status"] != ExecutionStatus.PAUSED:
        raise Conflict(f"it is {found[0]['status']}; pause it first, change it, then go on", found=dict(found[0]))
    draft = await _open(found[0], tools)
    links = set(draft.links)
    for edit in edits:
        _apply(edit, draft)
    _reckon(draft)
    return await _change(command, draft, links, tools)


async def _open(execution: Row, tools: Tools) -> _Draft:
    tasks: dict[int, ExecutionTask] = {}
    while page := await tools.graph.read(
        "executions/tasks", execution=execution["id"], after=max(tasks, default=0), limit=PAGE
    ):
        tasks |= {int(row["position"]): ExecutionTask.from_row(row) for row in page}
    rows = await tools.graph.read("executions/links", execution=execution["id"], limit=MOST_LINKS)
    return _Draft(execution, tasks, {(row["source"], row["target"]) for row in rows})


def _apply(edit: TaskEdit, draft: _Draft) -> None:
    match edit:
        case Added():
            _add(edit, draft)
        case LeftOut():
            task = _open_task(edit.number, edit.line, draft)
            if task.id in {row["id"] for row in draft.added}:
                raise BadInput(
                    "it is new in this very change; leave its line out instead", line=edit.line, field="diff"
                )
            draft.dropped.append(task)
        case Edited():
            _edit(edit, draft)


def _open_task(number: int, line: int, draft: _Draft) -> ExecutionTask:
    task = draft.find(number, line)
    if task.status in _ENDED or task in draft.dropped:
        raise Conflict(f"line {line}: task {number} is {task.status}; what is done stays done", found={"line": line})
    return task


def _add(edit: Added, draft: _Draft) -> None:
    number = max(draft.tasks, default=0) + 1
    before = [draft.find(other, edit.line) for other in edit.after]
    near = before[0] if before else None
    step, own = edit.step, templates()[edit.step.action]
    props = {
        "id": derived_id(draft.execution["id"], "added", number),
        "execution": draft.execution["id"],
        "block": "",
        "section": near.properties["section"] if near else "",
        "sectionTitle": near.properties["sectionTitle"] if near else "Added",
        "title": step.title,
        "action": step.action,
        "human": own.human,
        "params": to_json(dict(step.params) or {"goal": step.title}).decode(),
        "evidenceRequired": own.steps[-1]["evidence"],
        "reversible": own.reversible,
        "timeLimitS": own.time_limit_s,
        "hours": step.hours,
        "status": _T.PENDING.value,
        "attempt": 1,
        "reports": 0,
        "priority": near.properties.get("priority", "P2") if near else "P2",
        "position": number,
    }
    draft.added.append(props)
    draft.tasks[number] = ExecutionTask.from_row({"properties": props})
    draft.links |= {(str(props["id"]), other.id) for other in before}


def _edit(edit: Edited, draft: _Draft) -> None:
    task = _open_task(edit.number, edit.line, draft)
    if edit.after is not None:
        if task.status is not _T.PENDING:
            raise Conflict(f"line {edit.line}: task {edit.number} is {task.status}; it waits for nothing any more")
        draft.links = {link for link in draft.links if link[0] != task.id}
        draft.links |= {(task.id, draft.find(other, edit.line).id) for other in edit.after}
        return
    if task.status in _IN_HAND and edit.props.keys() & {"params", "human"}:
        raise Conflict(f"line {edit.line}: task {edit.number} is {task.status}; leave it out and add another instead")
    draft.set(edit.number, **edit.props)


def _reckon(draft: _Draft) -> None:
    """Reckon the longest ways, and with them the order, anew.

    Raises:
        BadInput: tasks wait for one another in a circle.
    """
    edges = {(earlier, later) for later, earlier in draft.links}
    titles = {task.id: f"{number} ({task.title})" for number, task in draft.tasks.items()}
    check_order(edges, titles)
    gone = {task.id for task in draft.dropped}
    hours = {task.id: 0.0 if task.id in gone else float(task.properties["hours"]) for task in draft.tasks.values()}
    ways = longest_ways(edges, hours)
    fresh = {row["id"]: row for row in draft.added}
    for number, task in list(draft.tasks.items()):
        ahead = AHEAD if task.properties.get("order", 0) < -AHEAD // 2 else 0
        placed = {
            "wayHours": ways[task.id],
            "order": rank(task.properties.get("priority", "P2"), ways[task.id]) - ahead,
        }
        if task.id in fresh:
            fresh[task.id].update(placed, **draft.props.pop(task.id, {}))
        elif task.status not in _ENDED and any(task.properties.get(name) != value for name, value in placed.items()):
            draft.set(number, **placed)


async def _change(command: ChangeExecution, draft: _Draft, links: set[tuple[str, str]], tools: Tools) -> Change:
    identity, plan = draft.execution["id"], draft.execution["plan"]
    rows = [{"id": name, "props": props} for name, props in draft.props.items()]
    by_id = {task.id: task for task in draft.tasks.values()}
    effects = [
        Effect("executions/create_tasks", *({"id": props["id"], "props": props} for props in draft.added)),
        Effect("executions/set_tasks", *rows),
        Effect("executions/unlink_tasks", *_link_rows(links - draft.links)),
        Effect("executions/link_tasks", *_link_rows(draft.links - links)),
    ]
    numbers = {task.id: number for number, task in draft.tasks.items()}
    edited = sorted(numbers[name] for name, props in draft.props.items() if props.keys() - {"wayHours", "order"})
    told = {
        "added": [props["position"] for props in draft.added],
        "changed": edited,
        "left_out": [numbers[task.id] for task in draft.dropped],
    }
    body = {"execution": identity, "plan": plan, "diff": command.diff, **told}
    change = Change(
        expects=(
            expect("Execution", identity, status=ExecutionStatus.PAUSED.value),
            *(
                expect("ExecutionTask", name, status=by_id[name].status.value, attempt=by_id[name].attempt)
                for name in draft.props
            ),
        ),
        effects=tuple(effect for effect in effects if effect.rows),
        events=(Event(EventType.EXECUTION_CHANGED, identity, body),),
        answer={"execution_id": identity, **told},
    )
    return change + await _dropped(draft, tools) + await _regated(draft, tools)


def _link_rows(links: set[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"id": f"{later}->{earlier}", "source": later, "target": earlier} for later, earlier in sorted(links)]


async def _dropped(draft: _Draft, tools: Tools) -> Change:
    """Skip what is left out, and close the tickets about it."""
    if not draft.dropped:
        return NOTHING
    body: Mapping[str, Any] = {"execution": draft.execution["id"], "plan": draft.execution["plan"]}
    items = [task.told(_T.SKIPPED, by=tools.actor, why="left out of the plan") for task in draft.dropped]
    change = Change(
        expects=tuple(expect("ExecutionTask", task.id, status=task.status.value) for task in draft.dropped),
        effects=(Effect("executions/set_tasks", *(task.moved(_T.SKIPPED) for task in draft.dropped)),),
        events=(Event(EventType.TASKS_MOVED, draft.execution["id"], {**body, "items": items}),),
    )
    for task in draft.dropped:
        ticket = await open_ticket_of(task.id, tools)
        if ticket is not None:
            change += close_ticket(
                ticket, "cancelled", by=tools.actor, at=tools.clock.now(), note="left out of the plan"
            )
    return change + await _gates_left(draft, draft.dropped, tools)


async def _regated(draft: _Draft, tools: Tools) -> Change:
    """Ask anew about tasks that would now do something else than what was, or is to be, approved."""
    gone = {task.id for task in draft.dropped}
    changed = [
        task
        for task in draft.tasks.values()
        if task.id not in gone
        and draft.props.get(task.id, {}).keys() & set(_DEED)
        and tier_of(task).level
        and task.status in (_T.QUEUED, _T.BLOCKED)
    ]
    if not changed:
        return NOTHING
    asked = await ask_for_leave(draft.execution, [await deed_of(task, tools) for task in changed], tools)
    return asked + await _gates_left(draft, changed, tools)


async def _gates_left(draft: _Draft, tasks: Sequence[ExecutionTask], tools: Tools) -> Change:
    """Withdraw the proposals that nobody waits for any more once these tasks have left."""
    gone = {task.id for task in tasks}
    lanes = {str(task.properties["lane"]) for task in tasks if str(task.properties.get("lane")).startswith("gate:")}
    still = {task.properties.get("lane") for task in draft.tasks.values() if task.id not in gone}
    change = NOTHING
    for lane in sorted(lanes - still):
        change += await withdraw_gate(lane.removeprefix("gate:"), "its tasks were changed", tools)
    return change
