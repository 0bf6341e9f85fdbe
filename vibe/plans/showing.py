"""Showing: executions, agents and tickets as the API, the pages and the command line tell them. Reads only.

Source: SPEC section 7, document 001 ("Dashboard").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vibe.domain.canonical import from_json, iso
from vibe.domain.errors import NotFound
from vibe.domain.executions import ExecutionTask, TaskStatus
from vibe.domain.teams import read_kept
from vibe.domain.tickets import Ticket
from vibe.plans.agents import capabilities_of
from vibe.plans.templates import templates
from vibe.ports.inward import Graph, Row

PAGE = 1000
NEXT_SHOWN = 10
NEWEST_MS = 2**53
_T = TaskStatus


async def action_words(graph: Graph) -> list[dict[str, Any]]:
    """The action words: those of the templates, then what agents add."""
    words = {
        item.action: {
            "action": item.action,
            "says": item.says,
            "human": item.human,
            "reversible": item.reversible,
            "input_schema": item.input_schema,
            "output_schema": item.output_schema,
        }
        for item in templates().values()
    }
    for row in await graph.read("agents/list", limit=PAGE):
        for action, capability in capabilities_of(row["properties"]).items():
            added = {"action": action, "says": f"brought by {row['properties']['name']}", "human": False}
            schemas = {side: capability.get(side, {}) for side in ("input_schema", "output_schema")}
            words.setdefault(action, added | {"reversible": False} | schemas)
    return list(words.values())


async def read_tickets(graph: Graph, status: str = "open") -> list[dict[str, Any]]:
    """Tickets, the oldest first."""
    rows = await graph.read("tickets/list", statuses=[status], limit=PAGE)
    return [Ticket.from_row(row).as_data() for row in rows]


async def read_team_of(graph: Graph, plan: str) -> list[dict[str, str]]:
    """A plan's team: roles, what they do, who has them.

    Raises:
        NotFound: no such plan.
    """
    rows = await graph.read("plans/by_id", ids=[plan])
    if not rows:
        raise NotFound(f"there is no plan {plan!r}; `vibe plans` lists them")
    return [{"role": item.role, "says": item.says, "person": item.person} for item in read_kept(rows[0]["team"])]


async def read_executions(graph: Graph) -> list[dict[str, Any]]:
    """Executions, the newest first, with how far they are."""
    found = []
    for row in await graph.read("executions/list", before_ms=NEWEST_MS, limit=PAGE):
        counts = await _counts(graph, row["id"])
        found.append(_head(row, counts) | {"tasks": counts})
    return found


def _head(row: Row, counts: Mapping[str, int]) -> dict[str, Any]:
    total = sum(counts.values()) - counts.get(_T.CANCELLED, 0)
    done = counts.get(_T.COMPLETED, 0) + counts.get(_T.SKIPPED, 0)
    return {
        "execution_id": row["id"],
        "plan": row["plan"],
        "title": row["title"],
        "status": row["status"],
        "agent_id": row["agent"],
        "progress_ratio": round(done / total, 4) if total else 0.0,
        "created_at": instant_of(row["created_ms"]),
        "started_at": instant_of(row["started_ms"]),
        "finished_at": instant_of(row["finished_ms"]),
    }


async def _counts(graph: Graph, execution: str) -> dict[str, int]:
    return {row["status"]: row["count"] for row in await graph.read("executions/counts", execution=execution)}


async def read_execution(graph: Graph, identity: str) -> dict[str, Any]:
    """One execution: how far it is, who works on what, what waits on whom, what is next.

    Raises:
        NotFound: there is none of this id.
    """
    rows = await graph.read("executions/by_id", ids=[identity])
    if not rows:
        raise NotFound(f"there is no execution {identity!r}; `vibe executions list` lists them")
    counts = await _counts(graph, identity)
    tasks = await all_tasks(graph, identity)
    blocked = [task for task in tasks if task.status in (_T.WAITING, _T.BLOCKED, _T.IN_REVIEW, _T.FAILED)]
    coming = [task for task in tasks if task.status in (_T.QUEUED, _T.PENDING)]
    coming.sort(key=lambda task: (task.status is not _T.QUEUED, task.properties["order"]))
    running = [task for task in tasks if task.status is _T.RUNNING]
    held = sorted({task.agent for task in running if task.agent})
    known = await graph.read("agents/by_id", ids=held) if held else []
    names = {row["properties"]["id"]: row["properties"]["name"] for row in known}
    return _head(rows[0], counts) | {
        "current": [_current(task) | {"agent": names.get(task.agent or "")} for task in running],
        "blocked": [_blocked(task) for task in blocked],
        "next_up": [
            {"task_id": task.id, "title": task.title, "planned_at": task.properties.get("plannedStart")}
            for task in coming[:NEXT_SHOWN]
        ],
        "tasks": counts,
        "problems": from_json(rows[0]["problems"]) if rows[0]["problems"] else [],
        "files": from_json(rows[0]["files"]) if rows[0]["files"] else {},
        "scenarios": from_json(rows[0]["scenarios"]) if rows[0]["scenarios"] else [],
        "snapshots": list(rows[0]["snapshots"] or ()),
    }


def _current(task: ExecutionTask) -> dict[str, Any]:
    props = task.properties
    told = {"task_id": task.id, "title": task.title, "action": task.action, "agent_id": task.agent}
    return told | {
        "progress_ratio": props.get("progressRatio"),
        "since": instant_of(props.get("startedMs")),
        "lease_until": instant_of(props.get("dueMs")),
        "attempt": task.attempt,
    }


def _blocked(task: ExecutionTask) -> dict[str, Any]:
    props = task.properties
    on = {
        _T.WAITING: props.get("waitingOn"),
        _T.IN_REVIEW: "a person's review",
        _T.FAILED: f"a person: {props.get('lastError')}",
        _T.BLOCKED: props.get("waitingOn"),
    }.get(task.status) or "a person"
    since = props.get("waitSinceMs") or props.get("finishedMs") or props.get("startedMs")
    return {"task_id": task.id, "title": task.title, "status": task.status.value, "since": instant_of(since), "on": on}


async def all_tasks(graph: Graph, execution: str) -> list[ExecutionTask]:
    """Every task of an execution, in the order of the plan."""
    found: list[ExecutionTask] = []
    after = 0
    while page := await graph.read("executions/tasks", execution=execution, after=after, limit=PAGE):
        found += [ExecutionTask.from_row(row) for row in page]
        after = page[-1]["position"]
    return found


async def read_tasks(graph: Graph, execution: str) -> list[dict[str, Any]]:
    """Every task of an execution with what it waits for, in the order of the plan."""
    waits: dict[str, list[str]] = {}
    for row in await read_links(graph, execution):
        waits.setdefault(row["source"], []).append(row["target"])
    return [_told(task, waits.get(task.id, [])) for task in await all_tasks(graph, execution)]


async def read_links(graph: Graph, execution: str) -> list[Row]:
    """Which task waits for which."""
    return await graph.read("executions/links", execution=execution, limit=20_000)


def _told(task: ExecutionTask, waits: list[str]) -> dict[str, Any]:
    props = task.properties
    return {
        "task_id": task.id,
        "number": props["position"],
        "block_id": task.block,
        "source_id": props.get("sourceId"),
        "section": props["sectionTitle"],
        "title": task.title,
        "action": task.action,
        "status": task.status.value,
        "human": task.is_human,
        "agent_id": task.agent,
        "done_by": props.get("doneBy"),
        "attempt": task.attempt,
        "hours": props["hours"],
        "way_hours": props["wayHours"],
        "progress_ratio": props.get("progressRatio"),
        "confidence": props.get("confidence"),
        "cost_usd": props.get("costUsd"),
        "wait_since": instant_of(props.get("waitSinceMs")),
        "milestone": bool(props.get("milestone")),
        "waits_for": waits,
        "planned_start": props.get("plannedStart"),
        "planned_end": props.get("plannedEnd"),
        "started_at": instant_of(props.get("firstStartedMs") or props.get("startedMs")),
        "finished_at": instant_of(props.get("finishedMs")),
        "params": task.plain("params") or {},
        "reversible": bool(props.get("reversible")),
        "output": task.plain("output"),
    }


async def read_log(graph: Graph, execution: str, after: int = 0, limit: int = PAGE) -> list[dict[str, Any]]:
    """What happened after entry `after`: one item for each move or report, with its cursor `seq.position`."""
    rows = await graph.read("executions/log", execution=execution, after=after, limit=limit)
    return [item for row in rows for item in _items(row)]


def _items(row: Row) -> list[dict[str, Any]]:
    body = from_json(row["body"])["event"]
    parts = [*body.get("reports", ()), *body.get("items", ())] or [body]
    head = {"seq": row["seq"], "type": row["type"], "actor": row["actor"], "at": iso(row["at"])}
    return [{"cursor": f"{row['seq']}.{place}", **head, **part} for place, part in enumerate(parts)]


def instant_of(moment_ms: int | None) -> str | None:
    """Milliseconds since 1970 as an instant's text."""
    return iso(datetime.fromtimestamp(moment_ms / 1000, UTC)) if moment_ms else None
