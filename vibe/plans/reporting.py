"""Reporting: how a plan stands, as data: summary, Gantt, risks, costs, who decided what. Reads only.

Source: issue "Plans that get done" (reports), document 001 ("Report").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vibe.domain.canonical import from_json, instant, iso
from vibe.domain.errors import NotFound
from vibe.domain.events import EventType
from vibe.domain.outcomes import measured, wanted_metrics
from vibe.domain.schedules import critical_path, planned
from vibe.plans.showing import instant_of, read_execution, read_executions, read_tasks, read_tickets
from vibe.ports.inward import Graph, Row

PAGE = 500
MOST = 1000
Tasks = Sequence[Mapping[str, Any]]


async def read_report(graph: Graph, plan: str, now: datetime, execution: str | None = None) -> dict[str, Any]:
    """Everything a report says about a plan and one of its executions, the newest if none is named.

    Raises:
        NotFound: there is no such plan.
    """
    rows = await graph.read("plans/by_id", ids=[plan])
    if not rows:
        raise NotFound(f"there is no plan {plan!r}; `vibe plans` lists them")
    executions = [row for row in await read_executions(graph) if row["plan"] == plan]
    shown = [row for row in executions if execution in (None, row["execution_id"])][:1]
    newest = shown[0]["execution_id"] if shown else None
    tasks = await read_tasks(graph, newest) if newest else []
    return {
        "plan": plan,
        "title": rows[0]["title"],
        "made_at": iso(now),
        "executions": executions,
        "execution": await read_execution(graph, newest) if newest else None,
        "open_gaps": (await graph.read("plans/open_gaps", plan=plan))[0]["count"],
        "open_tickets": [ticket for ticket in await read_tickets(graph) if ticket["plan"] == plan],
        "gantt": gantt_rows(tasks, instant(shown[0]["started_at"] or shown[0]["created_at"])) if shown else [],
        "metrics": await _metrics(graph, plan, tasks, shown[0] if shown else None, now),
        "risks": await read_risks(graph, plan),
        "costs": costs_of(tasks),
        "sent": sent_of(tasks),
        "decisions": await _decisions(graph, plan),
    }


def gantt_rows(tasks: Tasks, begin: datetime) -> list[dict[str, Any]]:
    """Planned against actual: by the plan's own dates where it has any, else by hours and prerequisites."""
    critical = critical_path(tasks)
    reckoned = planned(tasks, begin)
    found = []
    for task in tasks:
        starts, ends = reckoned[task["task_id"]]
        told = {name: task[name] for name in ("task_id", "title", "section", "status", "started_at", "finished_at")}
        found.append(
            told
            | {
                "critical": task["task_id"] in critical,
                "by_plan": bool(task["planned_start"] or task["planned_end"]),
                "planned_start": task["planned_start"] or iso(starts),
                "planned_end": task["planned_end"] or iso(ends),
                "done_by": task["done_by"],
            }
        )
    return found


def costs_of(tasks: Tasks) -> dict[str, Any]:
    """What was spent, as those who worked reported it; in USD."""
    paid = [task for task in tasks if task["cost_usd"]]
    by: dict[str, float] = {}
    for task in paid:
        who = task["done_by"] or task["agent_id"] or "not done yet"
        by[who] = round(by.get(who, 0.0) + float(task["cost_usd"]), 6)
    items = [{"task_id": task["task_id"], "title": task["title"], "cost_usd": task["cost_usd"]} for task in paid]
    return {"total_usd": round(sum(by.values()), 6), "by": by, "tasks": items}


def sent_of(tasks: Tasks) -> list[dict[str, Any]]:
    """What was done that can't be taken back: it stays done whatever becomes of the plan."""
    done = [task for task in tasks if task["status"] == "completed" and not task["reversible"]]
    found = []
    for task in sorted(done, key=lambda task: task["finished_at"] or ""):
        whom = task["params"].get("to") or ""
        told = {name: task[name] for name in ("task_id", "title", "action")}
        named = whom if isinstance(whom, str) else ", ".join(map(str, whom))
        found.append(told | {"at": task["finished_at"], "to": named, "by": task["done_by"] or ""})
    return found


async def _metrics(
    graph: Graph, plan: str, tasks: Tasks, head: Mapping[str, Any] | None, now: datetime
) -> list[dict[str, Any]]:
    goals = await graph.read("plans/goals", plan=plan, limit=100)
    return measured(wanted_metrics([row["metrics"] for row in goals]), tasks, head, now)


async def read_risks(graph: Graph, plan: str) -> list[dict[str, Any]]:
    """The plan's risk register."""
    found: list[Row] = []
    after = -1
    while page := await graph.read("plans/risks", plan=plan, after=after, limit=PAGE):
        found += page
        after = page[-1]["key"]
    return [{name: row[name] for name in row if name != "key"} for row in found]


async def _decisions(graph: Graph, plan: str) -> list[dict[str, Any]]:
    """Verdicts on proposals, ends of tickets, and what was done with the executions, in the order of time."""
    found = [
        {
            "at": iso(row["at"]),
            "by": row["actor"],
            "about": f"proposal {row['number']}: {row['title']}",
            "decided": row["outcome"],
            "said": row["reason"] or "",
        }
        for row in await graph.read("plans/verdicts", plan=plan, limit=MOST)
    ]
    for row in await graph.read("tickets/closed", plan=plan, limit=MOST):
        props = row["properties"]
        told = {"at": instant_of(props["closedMs"]), "by": props["closedBy"], "decided": props["resolution"]}
        found.append(told | {"about": f"ticket: {props['title']}", "said": props.get("note") or ""})
    found += [
        {"at": row["at"], "by": row["actor"], **_control(row["type"], from_json(row["body"])["event"])}
        for row in await graph.read("plans/controlled", plan=plan, limit=MOST)
    ]
    return sorted(found, key=lambda item: item["at"])


def _control(kind: str, body: Mapping[str, Any]) -> dict[str, str]:
    """A person's hand on the execution itself."""
    if kind == EventType.EXECUTION_CHANGED:
        return {"about": "the tasks of the execution", "decided": "changed", "said": body["diff"]}
    word = "started" if kind == EventType.EXECUTION_CREATED else str(body["after"])
    return {"about": "the execution", "decided": word, "said": body.get("reason") or ""}
