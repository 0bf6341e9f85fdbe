"""Practising: a task that belongs to no plan, for one agent, to see whether it claims, works and reports as agreed.

Woken by `SendPractice`. It is an execution of its own with one task, so what holds for work holds for it: the
lease, the agent's schemas, the review of what it is not sure of. No block knows of it. Emits `ExecutionCreated`,
`TasksMoved`.

Source: issue "Plans that get done".
"""

from __future__ import annotations

from typing import Any

from vibe.domain.canonical import epoch_ms, to_json
from vibe.domain.changes import Change, Effect, absent, expect
from vibe.domain.errors import BadInput
from vibe.domain.events import Event, EventType
from vibe.domain.executions import ExecutionStatus, ExecutionTask, TaskStatus, lane_of
from vibe.domain.identities import derived_id
from vibe.domain.verdicts import decider_of
from vibe.domain.work_commands import SendPractice
from vibe.kernel.tools import Tools
from vibe.plans.agents import actions_of, active_agent, unfit

PLAN = "_practice"
FIRST_OF_ALL = -(10**11)
TIME_LIMIT_S = 3600
SAYS = "Practice: any result in the form you agreed to will do; nothing comes of it."


async def send_practice(command: SendPractice, tools: Tools) -> Change:
    """Give an agent a practice task.

    Raises:
        NotFound: no such agent. Refused: it was revoked, or not a person asks.
        BadInput: it does not do this action, or its input schema does not take the params; says where.
    """
    decider_of(tools.actor)
    agent = await active_agent(command.agent, tools)
    execution = tools.ids.new()
    props = _task(execution, command.action.strip().lower() or actions_of(agent)[0], command)
    task = ExecutionTask.from_row({"properties": props})
    fault = unfit(task, agent)
    if fault:
        raise BadInput(f"{fault}; give params that it takes", field="params")
    now_ms = epoch_ms(tools.clock.now())
    whole = {
        "plan": PLAN,
        "title": f"Practice of {agent['name']}",
        "status": ExecutionStatus.RUNNING.value,
        "agent": agent["id"],
        "createdMs": now_ms,
        "startedMs": now_ms,
    }
    told = {"id": task.id, "block": "", "title": task.title, "before": "pending", "after": "queued", "attempt": 1}
    body = {"execution": execution, "plan": PLAN}
    return Change(
        expects=(absent("Execution", execution), expect("Agent", agent["id"], status="active")),
        effects=(
            Effect("executions/create", {"id": execution, "props": whole}),
            Effect("executions/create_tasks", {"id": task.id, "props": props}),
        ),
        events=(
            Event(EventType.EXECUTION_CREATED, execution, body | {"agent": agent["id"]}),
            Event(EventType.TASKS_MOVED, execution, body | {"items": [told]}),
        ),
        answer={"execution_id": execution, "task_id": task.id, "action": task.action},
    )


def _task(execution: str, action: str, command: SendPractice) -> dict[str, Any]:
    return {
        "id": derived_id(execution, "practice"),
        "execution": execution,
        "block": "",
        "section": "",
        "sectionTitle": "Practice",
        "title": f"Practice: {action}",
        "action": action,
        "human": False,
        "params": to_json(dict(command.params) or {"goal": SAYS}).decode(),
        "evidenceRequired": "",
        "reversible": True,
        "timeLimitS": TIME_LIMIT_S,
        "hours": 0.0,
        "wayHours": 0.0,
        "status": TaskStatus.QUEUED.value,
        "lane": lane_of(TaskStatus.QUEUED, action),
        "attempt": 1,
        "reports": 0,
        "order": FIRST_OF_ALL,
        "position": 1,
    }
