"""Decomposing: a plan's leaf tasks become steps that somebody can carry out.

Woken by `DecomposePlan`, by `PlanRequested`, and by the start of an execution. Reads the plan's tasks, writes each
leaf's breakdown onto its block with the capabilities it REQUIRES, and opens one review ticket a section for what is not
sure enough, with the draft in it. Emits `PlanDecomposed`, `TicketsOpened`, and `PlanReady` for an approved proposal, on
whose approval its writes rest. Nothing here is carried out; an import alone never comes here.

Source: SPEC section 5 (review below 0.8), document 001 ("Task decomposition fails").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.breakdowns import Breakdown, write_markdown
from vibe.domain.canonical import from_json, to_json
from vibe.domain.changes import NOTHING, Approval, Change, Effect, expect
from vibe.domain.commands import DecomposePlan
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import REVIEW_BELOW
from vibe.domain.identities import derived_id
from vibe.domain.tickets import Ticket, TicketKind, open_tickets
from vibe.domain.workgraphs import WorkGraph, WorkTask
from vibe.kernel.tools import Tools
from vibe.plans.templates import NOT_KNOWN, break_down
from vibe.ports.inward import Row

PAGE = 1000
TASKS_A_PAGE = 5000
MOST_LINKS = 50_000
DEFAULT_HOURS = 8.0
HOURS_A_DAY = 8.0


async def decompose_plan(command: DecomposePlan, tools: Tools) -> Change:
    """Break down every leaf task that has no breakdown of what it says now.

    Raises:
        NotFound: no such plan. BadInput: it has no tasks.
    """
    work = await read_work(command.plan, tools)
    order = work.leaf_order()
    work.problems += work.impossible_dates(order)
    fresh = {leaf.id: _draft(leaf) for leaf in work.leaves if command.again or breakdown_of(leaf) is None}
    sections: dict[str, list[tuple[WorkTask, Breakdown]]] = {}
    for leaf in work.leaves:
        if leaf.id in fresh and fresh[leaf.id].confidence < REVIEW_BELOW:
            sections.setdefault(work.section_of(leaf.id), []).append((leaf, fresh[leaf.id]))
    tickets = [_review(command.plan, work.tasks[name], rows, tools) for name, rows in sections.items()]
    unsure = sum(len(rows) for rows in sections.values())
    body = {
        "plan": command.plan,
        "ids": list(fresh),
        "sure": len(fresh) - unsure,
        "review": unsure,
        "problems": work.problems[:100],
    }
    answer = {
        "plan": command.plan,
        "tasks": len(work.leaves),
        "broken_down": len(fresh),
        "sure": len(fresh) - unsure,
        "review": unsure,
        "tickets": [ticket.id for ticket in tickets],
        "problems": work.problems,
    }
    if not fresh:
        return Change(answer=answer)
    change = await keep_breakdowns({work.tasks[name]: found for name, found in fresh.items()}, tools)
    decomposed = Change(events=(Event(EventType.PLAN_DECOMPOSED, command.plan, body),), answer=answer)
    return decomposed + change + open_tickets(tickets, at=tools.clock.now())


async def decompose_requested(entry: Entry, tools: Tools) -> Change:
    """Break down the tasks of an approved proposal; its approval is the leave for what that writes."""
    plan, proposal = str(entry.body["plan"]), str(entry.body["proposal"])
    change = await decompose_plan(DecomposePlan(plan), tools)
    outcome = f"planned: `vibe executions start {plan}` begins"
    ready = Event(EventType.PLAN_READY, plan, {"plan": plan, "proposal": proposal, "outcome": outcome})
    leave = Approval(proposal, str(entry.body["digest"]))
    return Change(events=(ready,), approval=leave) + replace(change, answer={})


async def read_work(plan: str, tools: Tools) -> WorkGraph:
    """Read a plan's tasks as they stand.

    Raises:
        NotFound: no such plan. BadInput: it has no tasks.
    """
    known = await tools.graph.read("plans/by_id", ids=[plan])
    if not known or known[0]["status"] == "withdrawn":
        raise NotFound(f"there is no plan {plan!r}; `vibe plans` lists them")
    rows: list[Row] = []
    while len(rows) % TASKS_A_PAGE == 0:
        after = rows[-1]["key"] if rows else -1
        page = await tools.graph.read("plans/tasks", plan=plan, after=after, limit=TASKS_A_PAGE)
        if not page:
            break
        rows += page
    if not rows:
        raise BadInput(f"plan {plan!r} has no tasks", field="plan")
    links = await tools.graph.read("plans/task_links", plan=plan, limit=MOST_LINKS)
    parts = {row["source"]: row["target"] for row in links if row["type"] == LinkType.PART_OF}
    waits = [(row["source"], row["target"]) for row in links if row["type"] == LinkType.DEPENDS_ON]
    return WorkGraph({row["id"]: _task(row) for row in rows}, parts, waits)


def _task(row: Row) -> WorkTask:
    return WorkTask(
        row["id"],
        row["title"],
        row["priority"] or "P2",
        int(row["position"] or 0),
        str(row["plannedStart"] or ""),
        str(row["plannedEnd"] or ""),
        row,
    )


def breakdown_of(task: WorkTask) -> Breakdown | None:
    """The breakdown of what the task says now; None where there is none."""
    text = task.properties.get("breakdown")
    if not text or task.properties.get("breakdownOf") != task.properties.get("contentSha256"):
        return None
    return Breakdown.from_data(from_json(text))


def _draft(task: WorkTask) -> Breakdown:
    return break_down(task.title, str(task.properties.get("content") or ""), hours_of(task))


def hours_of(task: WorkTask) -> float:
    """How long a task takes: the plan's estimate, else its dates, else a day."""
    days = task.properties.get("daysRealistic") or task.properties.get("daysMin")
    if not days and task.starts and task.ends:
        days = (date.fromisoformat(task.ends) - date.fromisoformat(task.starts)).days
    return float(days) * HOURS_A_DAY if days and float(days) > 0 else DEFAULT_HOURS


def _review(plan: str, section: WorkTask, rows: Iterable[tuple[WorkTask, Breakdown]], tools: Tools) -> Ticket:
    """One ticket for a section: every unsure task with its draft, as a table that can be edited."""
    rows = list(rows)
    draft = [
        {
            "task_id": task.id,
            "title": task.title,
            "confidence": found.confidence,
            "markdown": write_markdown(found.steps),
        }
        for task, found in rows
    ]
    return Ticket(
        id=tools.ids.new(),
        kind=TicketKind.BREAKDOWN,
        plan=plan,
        title=f"How is this done: {section.title} ({len(draft)} of its tasks)"[:300],
        tried=f"broken down by rules, which are not sure of these{_not_known(rows)}"[:1000],
        draft={"tasks": draft},
    )


def _not_known(rows: Iterable[tuple[WorkTask, Breakdown]]) -> str:
    """Say of which tasks it is not known what kind of work they are."""
    names = [f"“{task.title[:80]}”" for task, found in rows if found.by == NOT_KNOWN]
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    return f". Not known is what kind of work this is, so a person does it: {shown}" if names else ""


async def keep_breakdowns(found: Mapping[WorkTask, Breakdown], tools: Tools) -> Change:
    """Write breakdowns onto their blocks, and what each of them requires."""
    actions = sorted({step.action for breakdown in found.values() for step in breakdown.steps})
    names = {action: capability_id(action) for action in actions}
    known = {row["id"] for row in await tools.graph.read("blocks/by_id", ids=list(names.values()))} if names else set()
    fresh = [
        Block(identity, Kind.CAPABILITY, action, f"Somebody who can do the action {action!r}.")
        for action, identity in names.items()
        if identity not in known
    ]
    change = NOTHING
    if fresh:
        added = {"ids": [block.id for block in fresh], "kinds": [Kind.CAPABILITY.value]}
        made = create_blocks(fresh, at=tools.clock.now(), actor=tools.actor)
        provided = await _provided([block.id for block in fresh], names, tools)
        change = Change(effects=(*made, *provided), events=(Event(EventType.BLOCKS_ADDED, fresh[0].id, added),))
    links = [
        Link(LinkType.REQUIRES, task.id, names[action])
        for task, breakdown in found.items()
        for action in sorted({step.action for step in breakdown.steps})
    ]
    rows = [(task, _props(task, breakdown)) for task, breakdown in found.items()]
    guards = tuple(expect("Block", task.id, contentSha256=task.properties["contentSha256"]) for task, _ in rows)
    kept = tuple(set_block(task.id, **props) for task, props in rows)
    return change + Change(guards, (Effect("blocks/set", *kept), *create_links(links)))


async def _provided(fresh: Sequence[str], names: Mapping[str, str], tools: Tools) -> tuple[Effect, ...]:
    """Say which of the agents that are here already provide capabilities that are new."""
    rows = []
    for agent in (row["properties"] for row in await tools.graph.read("agents/list", limit=PAGE)):
        for item in from_json(agent["capabilities"]) if agent["status"] == "active" else ():
            target = names.get(item["action"])
            if target in fresh:
                rows.append({"id": f"{agent['id']}->{target}", "source": agent["id"], "target": target})
    return (Effect("agents/link_provides", *rows),) if rows else ()


def _props(task: WorkTask, found: Breakdown) -> dict[str, Any]:
    return {
        "breakdown": to_json(found.as_data()).decode(),
        "breakdownOf": task.properties["contentSha256"],
        "breakdownConfidence": found.confidence,
        "breakdownBy": found.by,
    }


def capability_id(action: str) -> str:
    """The id of the Capability block of an action word."""
    return derived_id("capability", action)


def confirmed(found: Breakdown, by: str) -> Breakdown:
    """The same steps, vouched for by a person."""
    return replace(found, confidence=1.0, by=by)
