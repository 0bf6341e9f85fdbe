"""Starting: a plan's steps become the tasks of an execution, and the execution goes from one to the next.

`StartExecution` makes an execution in `created`. It is laid out as soon as no breakdown of its plan waits for a person:
one task a step, the longest way first; then it runs. `advance_execution` is woken by whatever ends a task: it queues
what waits for nothing any more, opens a ticket where only a person (or nobody) can do it, tells blocks that they are
done, and ends the execution with its last task. It reads the state alone, so a lost wake-up costs a minute (the sweep).

Emits `ExecutionCreated`, `ExecutionMoved`, `TasksMoved`, `TasksCompleted`, `TicketsOpened`.
Source: SPEC section 1, document 001 ("Execution Engine"), document 002 section 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from vibe.domain.block_rows import set_block
from vibe.domain.canonical import epoch_ms, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import DecomposePlan, StartExecution
from vibe.domain.errors import Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import DONE, ENDED_EXECUTIONS, ExecutionStatus, ExecutionTask, TaskStatus
from vibe.domain.identities import derived_id
from vibe.domain.tickets import Ticket, TicketKind, open_tickets
from vibe.domain.workgraphs import WorkGraph, WorkTask, longest_ways, rank
from vibe.kernel.tools import Tools
from vibe.plans.agents import by_action, nobody_fits, read_agents
from vibe.plans.decomposing import breakdown_of, decompose_plan, read_work
from vibe.plans.gating import ask_for_leave, sort_by_leave, tier_of
from vibe.plans.matching import keep_for_the_best
from vibe.ports.inward import Row

MOST_ROWS = 5000
AT_ONCE = 500
_LIVE = tuple(status.value for status in ExecutionStatus if status.value not in ENDED_EXECUTIONS)
_X, _T = ExecutionStatus, TaskStatus


async def start_execution(command: StartExecution, tools: Tools) -> Change:
    """Make an execution of a plan; what has no breakdown yet is broken down with it.

    Raises:
        NotFound: no such plan or agent. BadInput: a plan without tasks. Conflict: it is being carried out already.
    """
    live = await tools.graph.read("executions/of_plan", plan=command.plan, statuses=list(_LIVE), limit=1)
    if live:
        raise Conflict(f"plan {command.plan!r} is being carried out: execution {live[0]['id']}", found=dict(live[0]))
    if command.agent and not await tools.graph.read("agents/by_id", ids=[command.agent]):
        raise NotFound(f"there is no agent {command.agent!r}; `vibe agents list` lists them")
    broken_down = await decompose_plan(DecomposePlan(command.plan), tools)
    plan = (await tools.graph.read("plans/by_id", ids=[command.plan]))[0]
    identity = tools.ids.new()
    now = tools.clock.now()
    props = {
        "plan": command.plan,
        "title": plan["title"],
        "status": _X.CREATED.value,
        "agent": command.agent,
        "createdMs": epoch_ms(now),
        "problems": to_json(broken_down.answer["problems"][:100]).decode(),
    }
    row = {"id": identity, "props": {name: value for name, value in props.items() if value is not None}}
    body = {"execution": identity, "plan": command.plan, "agent": command.agent}
    waits = len(broken_down.answer["tickets"])
    answer = {"execution_id": identity, "status": _X.CREATED.value, "review_tickets": waits}
    made = Change(
        expects=(expect("Plan", command.plan, status=plan["status"]),),
        effects=(Effect("executions/create", row),),
        events=(Event(EventType.EXECUTION_CREATED, identity, body),),
        answer=answer,
    )
    return Change(broken_down.expects, broken_down.effects, broken_down.events) + made


def may_begin(entry: Entry) -> bool:
    """Whether a closed ticket may let an execution begin."""
    return entry.body.get("kind") == TicketKind.BREAKDOWN


async def begin_execution(entry: Entry, tools: Tools) -> Change:
    """Lay an execution out, unless a breakdown of its plan still waits for a person."""
    plan = entry.body["plan"]
    created = await tools.graph.read("executions/of_plan", plan=plan, statuses=[_X.CREATED.value], limit=1)
    waiting = await tools.graph.read("tickets/of_plan", plan=plan, kind=TicketKind.BREAKDOWN.value, limit=1)
    if not created or waiting:
        return NOTHING
    identity = created[0]["id"]
    work = await read_work(plan, tools)
    tasks, links = _lay_out(identity, work)
    execution = (await tools.graph.read("executions/by_id", ids=[identity]))[0]
    tasks, line = await _queued_at_once(execution, tasks, links, tools)
    effects = [Effect("executions/create_tasks", *part) for part in _parts(tasks)]
    effects += [Effect("executions/link_tasks", *part) for part in _parts(links)]
    started = {"status": _X.QUEUED.value, "startedMs": epoch_ms(tools.clock.now())}
    effects.append(Effect("executions/set", {"id": identity, "props": started}))
    body = {"execution": identity, "plan": plan, "before": "created", "after": _X.QUEUED.value, "tasks": len(tasks)}
    guard = expect("Execution", identity, status=_X.CREATED.value)
    return Change((guard,), tuple(effects), (Event(EventType.EXECUTION_MOVED, identity, body),)) + line


async def _queued_at_once(
    execution: Row, tasks: Sequence[dict[str, Any]], links: Sequence[Mapping[str, Any]], tools: Tools
) -> tuple[list[dict[str, Any]], Change]:
    """Make the tasks that an agent may have now in line already: their rows, and what is told of them.

    What is a person's or needs leave follows when the execution runs. They are made in this very change, so nothing
    guards them.
    """
    waiting = {link["source"] for link in links}
    doers = by_action(await read_agents(tools, only=execution["agent"]))
    made = [ExecutionTask.from_row({"properties": {"id": row["id"], **row["props"]}}) for row in tasks]
    free = [task for task in made if task.id not in waiting and not tier_of(task).level]
    free = sorted((task for task in free if not why_a_persons(task, doers)), key=lambda task: task.properties["order"])
    kept = await keep_for_the_best(free, doers, tools)
    moved = {task.id: task.moved(_T.QUEUED, **kept.get(task.id, {}))["props"] for task in free}
    props = {row["id"]: row["props"] | moved.get(row["id"], {}) for row in tasks}
    rows = [
        {"id": name, "props": {key: value for key, value in found.items() if value is not None}}
        for name, found in props.items()
    ]
    return rows, Change(events=_told_in_line(execution, free))


def _parts(rows: Sequence[Mapping[str, Any]]) -> list[Sequence[Mapping[str, Any]]]:
    return [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]


def _lay_out(execution: str, work: WorkGraph) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Make a task for each step, in the order of the plan, and the links between them."""
    order = work.leaf_order()
    edges: set[tuple[str, str]] = set()
    hours: dict[str, float] = {}
    ends: dict[str, tuple[str, str]] = {}
    props: dict[str, dict[str, Any]] = {}
    for leaf in work.leaves:
        names = []
        for number, step in enumerate(_steps(leaf)):
            identity = derived_id(execution, leaf.id, number)
            names.append(identity)
            hours[identity] = step["hours"]
            props[identity] = _task_props(execution, work, leaf, step)
        edges |= set(pairwise(names))
        ends[leaf.id] = names[0], names[-1]
    edges |= {(ends[earlier][1], ends[later][0]) for earlier, later in order.edges}
    ways = longest_ways(edges, hours)
    rows = []
    for position, (identity, task) in enumerate(props.items(), 1):
        placed = {"order": rank(task.pop("priority"), ways[identity]), "wayHours": ways[identity], "position": position}
        rows.append({"id": identity, "props": task | placed})
    links = [{"id": f"{later}->{earlier}", "source": later, "target": earlier} for earlier, later in sorted(edges)]
    return rows, links


def _steps(leaf: WorkTask) -> list[dict[str, Any]]:
    found = breakdown_of(leaf)
    assert found is not None, "every leaf was broken down before the execution was made"
    return [step.as_data() for step in found.steps]


def _task_props(execution: str, work: WorkGraph, leaf: WorkTask, step: Mapping[str, Any]) -> dict[str, Any]:
    section = work.tasks[work.section_of(leaf.id)]
    props = {
        "execution": execution,
        "block": leaf.id,
        "sourceId": leaf.properties.get("sourceId"),
        "section": section.id,
        "sectionTitle": section.title,
        "title": step["title"],
        "action": step["action"],
        "human": bool(step["human"]),
        "params": to_json(step["params"]).decode(),
        "evidenceRequired": step["evidence"],
        "reversible": bool(step["reversible"]),
        "timeLimitS": int(step["time_limit_s"]),
        "hours": float(step["hours"]),
        "plannedStart": leaf.starts or None,
        "plannedEnd": leaf.ends or None,
        "status": _T.PENDING.value,
        "attempt": 1,
        "reports": 0,
        "priority": leaf.priority,
    }
    return {name: value for name, value in props.items() if value is not None}


def ends_a_task(entry: Entry) -> bool:
    """Whether something ended that others may have waited for."""
    return any(item["after"] in (*DONE, _T.CANCELLED.value) for item in entry.body.get("items", ()))


def may_go_on(entry: Entry) -> bool:
    """Whether an execution may have something to do now."""
    return entry.body["after"] in (_X.QUEUED.value, _X.RUNNING.value)


async def advance_execution(entry: Entry, tools: Tools) -> Change:
    """Queue what waits for nothing any more; end what has nothing left."""
    found = await tools.graph.read("executions/by_id", ids=[entry.subject])
    if not found or found[0]["status"] in (*ENDED_EXECUTIONS, _X.CREATED.value):
        return NOTHING
    execution = found[0]
    ended = [item for item in entry.body.get("items", ()) if item["after"] in (*DONE, _T.CANCELLED.value)]
    if ended:
        ids = [item["id"] for item in ended]
        rows = await tools.graph.read("executions/followers", ids=ids[:AT_ONCE], limit=AT_ONCE)
    else:
        rows = await tools.graph.read("executions/ready", execution=execution["id"], limit=AT_ONCE)
    return await advanced(execution, [ExecutionTask.from_row(row) for row in rows], ended, tools)


async def advanced(
    execution: Row, ready: Sequence[ExecutionTask], ended: Sequence[Mapping[str, Any]], tools: Tools
) -> Change:
    """Build what follows for an execution when some tasks are ready and some have ended."""
    change = await _queued(execution, ready, tools)
    done = await _done_blocks(execution["id"], sorted({item["block"] for item in ended if item["block"]}), tools)
    change += _rolled_up(done, tools) + await _milestones(execution, ended, done, tools)
    status = _X(execution["status"])
    if status is _X.QUEUED:
        return change + moved_execution(execution, _X.RUNNING)
    if status is _X.RUNNING and not ready and not await _open_count(execution["id"], tools):
        finished_ms = epoch_ms(tools.clock.now())
        change += _milestone(execution, {"name": "The end"})
        return change + moved_execution(execution, _X.COMPLETED, finishedMs=finished_ms)
    return change


async def _open_count(execution: str, tools: Tools) -> int:
    rows = await tools.graph.read("executions/counts", execution=execution)
    return sum(row["count"] for row in rows if row["status"] not in (*DONE, _T.CANCELLED.value))


def moved_execution(execution: Row, wanted: ExecutionStatus, *, why: str = "", **props: Any) -> Change:
    """Build the change that moves an execution; whether it is legal was checked before."""
    body = {"execution": execution["id"], "plan": execution["plan"], "before": execution["status"]}
    body |= {"after": wanted.value} | ({"reason": why} if why else {})
    return Change(
        expects=(expect("Execution", execution["id"], status=execution["status"]),),
        effects=(Effect("executions/set", {"id": execution["id"], "props": {"status": wanted.value, **props}}),),
        events=(Event(EventType.EXECUTION_MOVED, execution["id"], body),),
    )


async def _queued(execution: Row, ready: Sequence[ExecutionTask], tools: Tools) -> Change:
    """Put in line what may be had; what nobody here can do goes to a person, what needs leave is asked about."""
    if not ready:
        return NOTHING
    doers = by_action(await read_agents(tools, only=execution["agent"]))
    whys = {task.id: why for task in ready if (why := why_a_persons(task, doers))}
    leave = await sort_by_leave(execution["id"], [task for task in ready if task.id not in whys], tools)
    # what would need leave is a person's for good when nobody fits: an agent that comes later has none
    theirs = [(task, {"human": True} if tier_of(task).level else {}) for task in ready if task.id in whys]
    tickets = [
        work_ticket(execution["plan"], task, whys[task.id], derived_id("ticket", task.id, task.attempt))
        for task, _ in theirs
    ]
    kept = await keep_for_the_best([task for task, _ in leave.free], doers, tools)
    free = [(task, {**props, **kept.get(task.id, {})}) for task, props in leave.free]
    change = leave.change + _in_line(execution, [*theirs, *free])
    if leave.held:
        change += await ask_for_leave(execution, leave.held, tools)
    return change + open_tickets(tickets, at=tools.clock.now())


def _in_line(execution: Row, tasks: Sequence[tuple[ExecutionTask, Mapping[str, Any]]]) -> Change:
    if not tasks:
        return NOTHING
    return Change(
        expects=tuple(expect("ExecutionTask", task.id, status=task.status.value) for task, _ in tasks),
        effects=(Effect("executions/set_tasks", *(task.moved(_T.QUEUED, **more) for task, more in tasks)),),
        events=_told_in_line(execution, [task for task, _ in tasks]),
    )


def _told_in_line(execution: Row, tasks: Sequence[ExecutionTask]) -> tuple[Event, ...]:
    """Say which tasks are in line now, some hundreds an entry."""
    items = [task.told(_T.QUEUED) for task in tasks]
    about = {"execution": execution["id"], "plan": execution["plan"]}
    parts = [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]
    return tuple(Event(EventType.TASKS_MOVED, execution["id"], {**about, "items": part}) for part in parts)


def why_a_persons(task: ExecutionTask, doers: Mapping[str, Sequence[Row]]) -> str | None:
    """Why a person has to do a task, in words; None where an agent can have it."""
    return "only a person may do this" if task.is_human else nobody_fits(task, doers)


def work_ticket(plan: str, task: ExecutionTask, tried: str, identity: str) -> Ticket:
    """A ticket for a task that a person has to do."""
    draft = {"action": task.action, "params": task.plain("params"), "evidence": task.properties["evidenceRequired"]}
    return Ticket(
        identity, TicketKind.WORK, plan, task.title, task.execution, task.id, tried=tried, draft=draft
    )  # fmt: skip


async def _done_blocks(execution: str, blocks: list[str], tools: Tools) -> list[str]:
    """Which of the plan's own tasks have all their steps done."""
    if not blocks:
        return []
    counts = await tools.graph.read("executions/block_counts", execution=execution, blocks=blocks[:AT_ONCE])
    return [row["block"] for row in counts if row["open"] == 0]


def _rolled_up(done: list[str], tools: Tools) -> Change:
    """Tell the plan's own tasks that all their steps are done."""
    if not done:
        return NOTHING
    now = tools.clock.now()
    rows = tuple(set_block(block, status="completed", updatedAt=now) for block in done)
    guards = tuple(expect("Block", block) for block in done)
    return Change(guards, (Effect("blocks/set", *rows),), (Event(EventType.TASK_COMPLETED, done[0], {"ids": done}),))


async def _milestones(execution: Row, ended: Sequence[Mapping[str, Any]], done: list[str], tools: Tools) -> Change:
    """Say which phases are finished now, and which of the tasks that ended were marked as milestones; each once."""
    found = {item["id"]: {"name": item["title"], "task": item["id"]} for item in ended if item.get("milestone")}
    lasts = [item["id"] for item in ended if item["block"] in done or not item["block"]]
    if lasts:
        rows = await tools.graph.read("executions/sections_done", ids=lasts[:AT_ONCE])
        found |= {row["section"]: {"name": row["title"], "section": row["section"]} for row in rows}
    before = list(execution["milestones"] or ()) if found else []
    fresh = {identity: body for identity, body in found.items() if identity not in before}
    if not fresh:
        return NOTHING
    props = {"milestones": [*before, *fresh]}
    change = Change(
        expects=(expect("Execution", execution["id"], milestones=execution["milestones"]),),
        effects=(Effect("executions/set", {"id": execution["id"], "props": props}),),
    )
    return sum((_milestone(execution, body) for body in fresh.values()), start=change)


def _milestone(execution: Row, body: Mapping[str, Any]) -> Change:
    told = {"execution": execution["id"], "plan": execution["plan"], **body}
    return Change(events=(Event(EventType.MILESTONE_REACHED, execution["id"], told),))
