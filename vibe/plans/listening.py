"""Listening: agents that hold a task and fall silent, or take longer than it may take.

Their lease ends (`controlling.sweep_tasks`), their task is back in line. While nobody takes it, a question climbs the
ladder from the agent's last sign of life; one question an agent. Half an hour on, its executions are blocked. It ends
when the tasks are taken or ended; a sign of life unblocks, so that the agent can take them itself. Idle agents hold
nothing and are never stuck. Woken by `SweepDue` and `AnswerRecorded`. Emits `QuestionRaised`, `QuestionExpired`,
`ExecutionMoved`, `TicketsOpened`.

Source: SPEC section 5 (silent agent, escalation rungs), issue "Ask once on Telegram" (stuck agents).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.events import Entry
from vibe.domain.executions import SILENT_AFTER, ExecutionStatus, ExecutionTask, TaskStatus
from vibe.domain.identities import derived_id
from vibe.domain.questions import Asking, Option, QuestionStatus, ask, expire
from vibe.domain.tickets import open_tickets
from vibe.kernel.tools import Tools
from vibe.plans.agents import ACTIVE, capabilities_of, fault_of, read_agents
from vibe.plans.starting import moved_execution, work_ticket
from vibe.ports.inward import Row

ASKED_BY = "loop"
WAITING = (QuestionStatus.ASKED.value, QuestionStatus.CLARIFYING.value)
OPTIONS = (
    Option("Go on without it", "its tasks go to others who can do them, else to you"),
    Option("Wait for it", "they stay in line until somebody asks for work"),
)
MOST_AGENTS = 100
_X = ExecutionStatus


async def ask_about_stuck(ended: Sequence[ExecutionTask], tools: Tools) -> Change:
    """Raise a question for each agent whose leases ended; `ended` are its tasks as they were held."""
    held: dict[str, list[ExecutionTask]] = {}
    for task in ended:
        held.setdefault(task.agent or "", []).append(task)
    if not held:
        return NOTHING
    rows = await tools.graph.read("agents/by_id", ids=list(held))
    change = NOTHING
    for agent in (row["properties"] for row in rows):
        if agent["status"] == ACTIVE:
            change += await _asked(agent, held[agent["id"]], tools)
    return change


async def _asked(agent: Row, tasks: Sequence[ExecutionTask], tools: Tools) -> Change:
    question = agent.get("stuckQuestion")
    names = [_name(task.id, task.attempt + 1) for task in tasks]
    since_ms = max(int(agent["lastSeenMs"]), *(int(task.properties["seenMs"]) for task in tasks))
    asked = NOTHING
    if question is None:
        question = derived_id("stuck", tasks[0].id, tasks[0].attempt)
        asked = await _question(question, agent, tasks, since_ms, tools)
    known = list(agent.get("stuckTasks") or ())
    props = {"stuckQuestion": question, "stuckSinceMs": since_ms, "stuckTasks": [*known, *names]}
    return asked + Change(
        expects=(expect("Agent", agent["id"], stuckQuestion=agent.get("stuckQuestion")),),
        effects=(Effect("agents/set", {"id": agent["id"], "props": props}),),
    )


async def _question(identity: str, agent: Row, tasks: Sequence[ExecutionTask], since_ms: int, tools: Tools) -> Change:
    task = tasks[0]
    since = datetime.fromtimestamp(since_ms / 1000, UTC)
    present = await tools.graph.read("blocks/present", ids=[task.block])
    said = (
        f"{agent['name']} took longer than the {int(task.properties['timeLimitS']) // 60} minutes it had"
        if _overran(task)
        else f"{agent['name']} has given no sign of life since {since:%H:%M} UTC"
    )
    asking = Asking(
        id=identity,
        question=f"{said}. Go on without it?",
        asker=ASKED_BY,
        options=OPTIONS,
        context=tuple(f"It held: {one.title}" for one in tasks[:3]),
        stuck_on=task.title,
        task_id=task.block if present else None,
        stuck_since=since,
    )
    return ask(asking, at=tools.clock.now())


def _overran(task: ExecutionTask) -> bool:
    """Whether its own time was over, not the agent's silence."""
    limit_ms = int(task.properties["startedMs"]) + int(task.properties["timeLimitS"]) * 1000
    return limit_ms <= int(task.properties["dueMs"])


def _name(task: str, attempt: int) -> str:
    return f"{attempt} {task}"


async def sweep_stuck(tick: Entry, tools: Tools) -> Change:
    """Look again after every agent that was stuck."""
    del tick
    change = NOTHING
    for row in await tools.graph.read("agents/stuck", limit=MOST_AGENTS):
        change += await _look(row["properties"], tools)
    return change


async def _look(agent: Row, tools: Tools) -> Change:
    identity = agent["stuckQuestion"]
    left = await _untaken(agent, tools)
    found = await tools.graph.read("questions/show", id=identity)
    waits = bool(found) and found[0]["status"] in WAITING
    now = tools.clock.now()
    if not left or not waits:
        ended = expire(identity, found[0]["status"], None, at=now) if waits else NOTHING
        return ended + await _let_go(agent, tools)
    since_ms = int(agent["stuckSinceMs"])
    if int(agent["lastSeenMs"]) > since_ms:
        return await _unblocked(agent, tools)
    if epoch_ms(now) - since_ms < SILENT_AFTER.total_seconds() * 1000:
        return NOTHING
    rows = await tools.graph.read("executions/by_id", ids=sorted({task.execution for task in left}))
    why = f"{agent['name']} is silent"
    moves = [
        moved_execution(row, _X.BLOCKED, why=why, blockedBy=identity) for row in rows if row["status"] == _X.RUNNING
    ]
    return sum(moves, start=NOTHING)


async def _tasks(agent: Row, tools: Tools) -> list[tuple[str, ExecutionTask]]:
    """What it was stuck on as that stands now, each under the name by which it is known."""
    names = {task: attempt for attempt, task in (name.split(" ", 1) for name in agent["stuckTasks"])}
    rows = await tools.graph.read("executions/tasks_by_id", ids=list(names)[:500])
    return [(_name(task.id, int(names[task.id])), task) for task in map(ExecutionTask.from_row, rows)]


async def _untaken(agent: Row, tools: Tools) -> list[ExecutionTask]:
    """What nobody took since."""
    return [
        task
        for name, task in await _tasks(agent, tools)
        if task.status is TaskStatus.QUEUED and name == _name(task.id, task.attempt)
    ]


async def _unblocked(agent: Row, tools: Tools) -> Change:
    """Let the executions go on that this silence blocked."""
    ids = sorted({task.execution for _, task in await _tasks(agent, tools)})
    rows = await tools.graph.read("executions/by_id", ids=ids) if ids else []
    mine = [row for row in rows if row["status"] == _X.BLOCKED and row["blocked_by"] == agent["stuckQuestion"]]
    return sum((moved_execution(row, _X.RUNNING, blockedBy=None) for row in mine), start=NOTHING)


async def _let_go(agent: Row, tools: Tools) -> Change:
    """Nobody is stuck any more."""
    props = {"stuckQuestion": None, "stuckSinceMs": None, "stuckTasks": None}
    change = Change(
        expects=(expect("Agent", agent["id"], stuckQuestion=agent["stuckQuestion"]),),
        effects=(Effect("agents/set", {"id": agent["id"], "props": props}),),
    )
    return await _unblocked(agent, tools) + change


def may_be_ours(entry: Entry) -> bool:
    """Whether an answered question may be about a silent agent."""
    return entry.body["asker"] == ASKED_BY and not entry.body["proposal"]


async def go_on_answered(entry: Entry, tools: Tools) -> Change:
    """Do as the person says: go on without a silent agent, or wait for it; its executions go on either way."""
    rows = await tools.graph.read("agents/stuck", limit=MOST_AGENTS)
    agent = next((row["properties"] for row in rows if row["properties"]["stuckQuestion"] == entry.subject), None)
    if agent is None:
        return NOTHING
    change = await _let_go(agent, tools)
    if entry.body["option"] == "A":
        for task in await _untaken(agent, tools):
            change += await _given_to_others(agent, task, tools)
    return change


async def _given_to_others(agent: Row, task: ExecutionTask, tools: Tools) -> Change:
    """See that somebody can take a task; a person where no other agent can."""
    for other in await read_agents(tools):
        if other["id"] != agent["id"] and task.action in capabilities_of(other) and fault_of(task, other) is None:
            return NOTHING
    plan = (await tools.graph.read("executions/by_id", ids=[task.execution]))[0]["plan"]
    identity = derived_id("ticket", task.id, task.attempt, "stuck")
    ticket = work_ticket(plan, task, f"{agent['name']} was stuck on it, no other agent can do it", identity)
    return open_tickets([ticket], at=tools.clock.now())
