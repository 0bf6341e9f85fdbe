"""Matching: for whom a task is, where several agents could do it; and what they have proved.

Tasks are asked for, not pushed. One that several agents fit is kept for the best of those who are there and have room,
for two seconds after it came in line; then anybody who fits may have it. Where none is better than the next, nobody
waits. Woken besides by `EventsReported` and `TasksMoved`: what an agent did or failed at is counted for it.

Source: document 002 section 2 ("Capability Registry"), issue "Plans that get done" (Agents).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from vibe.domain.agents import Fitness, fitness_of, records_of, why_first
from vibe.domain.canonical import to_json
from vibe.domain.changes import NOTHING, Change, Effect
from vibe.domain.events import Entry
from vibe.domain.executions import ExecutionTask, TaskStatus
from vibe.kernel.tools import Tools
from vibe.plans.agents import capabilities_of, unfit
from vibe.ports.inward import Graph, Row

KEPT_FOR = timedelta(seconds=2)
THERE = timedelta(minutes=2)
"""Who gave a sign of life within this time is there."""
MOST_RANKED = 50
PAGE = 500
_T = TaskStatus


async def read_held(graph: Graph) -> Counter[tuple[str, str]]:
    """How many tasks each agent holds of each action."""
    rows = await graph.read("executions/in_hand", status=_T.RUNNING.value, limit=5000)
    return Counter({(row["agent"], row["action"]): row["count"] for row in rows})


def ranked(action: str, agents: Sequence[Row], held: Mapping[tuple[str, str], int]) -> list[Fitness]:
    """The agents that do an action, the best first; equals by name."""
    found = [
        fitness_of(agent, capabilities_of(agent)[action], held.get((agent["id"], action), 0))
        for agent in agents
        if action in capabilities_of(agent)
    ]
    return sorted(found, key=lambda one: (one.rank, one.name, one.agent))


async def keep_for_the_best(
    tasks: Sequence[ExecutionTask], doers: Mapping[str, Sequence[Row]], tools: Tools
) -> dict[str, dict[str, Any]]:
    """For each task that somebody is better for than the next: properties that keep it for them a moment."""
    now_ms = int(tools.clock.now().timestamp() * 1000)
    since_ms = now_ms - int(THERE.total_seconds() * 1000)
    there = {
        action: [agent for agent in doers.get(action, ())[:MOST_RANKED] if agent["lastSeenMs"] >= since_ms]
        for action in {task.action for task in tasks if not task.is_human}
    }
    contested = {action: agents for action, agents in there.items() if len(agents) > 1}
    if not contested:
        return {}
    held = await read_held(tools.graph)
    until_ms = now_ms + int(KEPT_FOR.total_seconds() * 1000)
    found: dict[str, dict[str, Any]] = {}
    order = {action: ranked(action, agents, held) for action, agents in contested.items()}
    by_id = {agent["id"]: agent for agents in contested.values() for agent in agents}
    for task in tasks:
        best = _first_for(task, order.get(task.action, []), by_id)
        if best:
            found[task.id] = {"keptFor": best[0].agent, "keptUntilMs": until_ms, "matchedWhy": why_first(best)[:300]}
            taken = order[task.action].index(best[0])
            order[task.action][taken] = replace(best[0], held=best[0].held + 1)
    return found


def _first_for(task: ExecutionTask, order: Sequence[Fitness], agents: Mapping[str, Row]) -> list[Fitness]:
    """The best agent with room and the next, where the best is better; else nobody."""
    free = [one for one in order if one.held < one.most]
    fit = []
    for one in sorted(free, key=lambda one: one.rank):
        if unfit(task, agents[one.agent]) is None:
            fit.append(one)
        if len(fit) == 2:
            return fit if fit[0].rank < fit[1].rank else []
    return []


def is_kept_for_another(task: ExecutionTask, agent: str, now_ms: int) -> bool:
    """Whether a task in line is for another agent just now."""
    kept_for = task.properties.get("keptFor")
    return kept_for not in (None, agent) and now_ms < int(task.properties["keptUntilMs"])


def proves_something(entry: Entry) -> bool:
    """Whether somebody did a task or failed at it."""
    return any(_verdict(item) for item in entry.body.get("items", ()))


def _verdict(item: Mapping[str, Any]) -> str | None:
    """What a move says about who held the task; a refusal says nothing."""
    if item["after"] == _T.COMPLETED:
        return "done"
    lost = item["before"] in (_T.RUNNING, _T.IN_REVIEW) and item["after"] == _T.QUEUED
    refused = str(item.get("why") or "").startswith("refused")
    return "failed" if item["after"] == _T.FAILED or (lost and not refused) else None


async def keep_records(entries: Sequence[Entry], tools: Tools) -> Change:
    """Count what was done and failed for those who did it."""
    items = [item for entry in entries for item in entry.body.get("items", ()) if _verdict(item)]
    ids = sorted({item["id"] for item in items})
    tasks: dict[str, ExecutionTask] = {}
    for start in range(0, len(ids), PAGE):
        rows = await tools.graph.read("executions/tasks_by_id", ids=ids[start : start + PAGE])
        tasks |= {task.id: task for task in map(ExecutionTask.from_row, rows)}
    counted: dict[str, Counter[tuple[str, str]]] = {}
    for item in items:
        task = tasks.get(item["id"])
        agent = item.get("agent") or _agent_of(task)
        if task is not None and agent:
            counted.setdefault(agent, Counter())[task.action, str(_verdict(item))] += 1
    if not counted:
        return NOTHING
    found = await tools.graph.read("agents/by_id", ids=sorted(counted)[:PAGE])
    rows = [_record(row["properties"], counted[row["properties"]["id"]]) for row in found]
    return Change(effects=(Effect("agents/set", *rows),)) if rows else NOTHING


def _agent_of(task: ExecutionTask | None) -> str:
    """Whose result a person judged."""
    by = str(task.properties.get("doneBy") or "") if task is not None else ""
    return by.removeprefix("agent:") if by.startswith("agent:") else ""


def _record(agent: Row, counted: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    records = records_of(agent)
    for (action, verdict), count in counted.items():
        record = records.setdefault(action, {"done": 0, "failed": 0})
        record[verdict] += count
    return {"id": agent["id"], "props": {"records": to_json(records).decode()}}
