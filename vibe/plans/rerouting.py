"""Rerouting: a task that is back in line and that no agent here fits any more goes to a person.

Woken by moves back into line (a lease that ended, a retry, an answer) and by an agent that is let in no longer. One
that comes later may still claim the task: that closes the ticket. Emits `TicketsOpened`.

Source: document 002 section 2 ("Fallback Path", "Dynamic Re-routing").
"""

from __future__ import annotations

from vibe.domain.changes import Change, Effect, expect
from vibe.domain.events import Entry, EventType
from vibe.domain.executions import ExecutionTask, TaskStatus, lane_of
from vibe.domain.identities import derived_id
from vibe.domain.tickets import open_tickets
from vibe.kernel.tools import Tools
from vibe.plans.agents import actions_of, by_action, read_agents
from vibe.plans.starting import why_a_persons, work_ticket

PAGE = 500
_T = TaskStatus


def puts_back(entry: Entry) -> bool:
    """Whether something is in line again, or somebody is gone who could have done it."""
    if entry.type == EventType.AGENT_CHANGED:
        return bool(entry.body["what"] == "revoked")
    return any(item["after"] == _T.QUEUED and item["before"] != _T.PENDING for item in entry.body.get("items", ()))


async def find_somebody(entry: Entry, tools: Tools) -> Change:
    """Open a ticket for each task that waits for an agent and fits none."""
    tasks = [task for task in await _concerned(entry, tools) if task.status is _T.QUEUED]
    known: set[str] = set()
    for start in range(0, len(tasks), PAGE):
        ids = [task.id for task in tasks[start : start + PAGE]]
        known |= {row["task"] for row in await tools.graph.read("tickets/of_tasks", tasks=ids)}
    tickets, rows, guards = [], [], []
    for execution in sorted({task.execution for task in tasks if task.id not in known}):
        found = (await tools.graph.read("executions/by_id", ids=[execution]))[0]
        doers = by_action(await read_agents(tools, only=found["agent"]))
        for task in tasks:
            why = why_a_persons(task, doers) if task.execution == execution and task.id not in known else None
            if why:
                tickets.append(work_ticket(found["plan"], task, why, derived_id("ticket", task.id, entry.id)))
                # two that look at once must not both ask: each expects what the other sets
                asked = task.properties.get("ticketedBy")
                guards.append(expect("ExecutionTask", task.id, status=_T.QUEUED.value, ticketedBy=asked))
                rows.append({"id": task.id, "props": {"ticketedBy": entry.id}})
    marked = (Effect("executions/set_tasks", *rows),) if rows else ()
    return Change(tuple(guards), marked) + open_tickets(tickets, at=tools.clock.now())


async def _concerned(entry: Entry, tools: Tools) -> list[ExecutionTask]:
    """The tasks that an entry moved, or those that the agent it is about could have done."""
    rows = []
    if entry.type == EventType.AGENT_CHANGED:
        agent = (await tools.graph.read("agents/by_id", ids=[entry.subject]))[0]["properties"]
        for action in actions_of(agent):
            after = ""
            lane = lane_of(_T.QUEUED, action)
            while page := await tools.graph.read("executions/of_lane", lane=lane, after=after, limit=PAGE):
                rows += page
                after = page[-1]["properties"]["id"]
    else:
        ids = sorted({item["id"] for item in entry.body["items"] if item["after"] == _T.QUEUED})
        for start in range(0, len(ids), PAGE):
            rows += await tools.graph.read("executions/tasks_by_id", ids=ids[start : start + PAGE])
    return [ExecutionTask.from_row(row) for row in rows]
