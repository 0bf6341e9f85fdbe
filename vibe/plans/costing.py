"""Costing: a plan may cost so much and no more; at its limit nothing new is begun, and the owner is asked.

Woken by `LimitPlan`, by reports that name a cost, and by the answer. What was spent is what agents reported on tasks of
all executions of the plan. At the limit its running executions are paused, so nobody can claim a task of them, and one
question goes up the ladder: as much again, or stop here. Emits `PlanLimited`, `ExecutionMoved`, `QuestionRaised`.

Source: issue "Plans that get done" (Executions), document 001 ("Payment/billing integration").
"""

from __future__ import annotations

from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import ExecutionStatus
from vibe.domain.identities import derived_id
from vibe.domain.questions import Asking, Option, ask
from vibe.domain.verdicts import decider_of
from vibe.domain.work_commands import LimitPlan
from vibe.kernel.tools import Tools
from vibe.plans.starting import moved_execution
from vibe.ports.inward import Row

MOST = 100
ASKED_BY = "loop"
_X = ExecutionStatus


async def limit_plan(command: LimitPlan, tools: Tools) -> Change:
    """Say what a plan may cost at most; without a sum there is no limit.

    Raises:
        NotFound: no such plan. BadInput: a sum below zero. Refused: not a person.
    """
    decider_of(tools.actor)
    if command.limit_usd is not None and command.limit_usd <= 0:
        raise BadInput("a limit is a sum above zero, or none", field="limit_usd")
    rows = await tools.graph.read("plans/by_id", ids=[command.plan])
    if not rows:
        raise NotFound(f"there is no plan {command.plan!r}; `vibe plans` lists them")
    answer = {"plan": command.plan, "limit_usd": command.limit_usd, "spent_usd": await spent_on(command.plan, tools)}
    return _limited(rows[0], command.limit_usd) + Change(answer=answer)


def _limited(plan: Row, limit_usd: float | None) -> Change:
    return Change(
        expects=(expect("Plan", plan["id"], limitUsd=plan["limit_usd"]),),
        effects=(Effect("plans/set", {"id": plan["id"], "props": {"limitUsd": limit_usd}}),),
        events=(Event(EventType.PLAN_LIMITED, plan["id"], {"plan": plan["id"], "limit_usd": limit_usd}),),
    )


async def spent_on(plan: str, tools: Tools) -> float:
    """What the executions of a plan have cost so far, in USD."""
    rows = await tools.graph.read("executions/spent", plan=plan)
    return round(float(rows[0]["spent_usd"]), 6) if rows else 0.0


def names_a_cost(entry: Entry) -> bool:
    """Whether something was spent."""
    return any(report.get("cost_usd") for report in entry.body["reports"])


async def watch_costs(entry: Entry, tools: Tools) -> Change:
    """Pause what runs of a plan that has used its limit up, and ask."""
    rows = await tools.graph.read("plans/by_id", ids=[entry.body["plan"]])
    limit = rows[0]["limit_usd"] if rows else None
    if limit is None or (spent := await spent_on(rows[0]["id"], tools)) < limit:
        return NOTHING
    running = await tools.graph.read("executions/of_plan", plan=rows[0]["id"], statuses=[_X.RUNNING.value], limit=MOST)
    if not running:
        return NOTHING
    executions = await tools.graph.read("executions/by_id", ids=[row["id"] for row in running])
    why = f"{spent:.2f} of {limit:.2f} USD are spent"
    question = derived_id("limit", rows[0]["id"], entry.id)
    asking = Asking(
        id=question,
        question=f"“{rows[0]['title']}” has cost {spent:.2f} USD, its limit is {limit:.2f} USD. Go on?",
        asker=ASKED_BY,
        options=(
            Option("Go on", f"it may cost {limit:.2f} USD more"),
            Option("Stop here", "it stays paused; what was done stays done"),
        ),
        stuck_on=rows[0]["title"],
    )
    moves = (moved_execution(row, _X.PAUSED, why=why, limitQuestion=question) for row in executions)
    return sum(moves, start=ask(asking, at=tools.clock.now()))


def may_be_ours(entry: Entry) -> bool:
    """Whether an answered question may be about a limit."""
    return bool(entry.body["asker"] == ASKED_BY and not entry.body["proposal"] and entry.body["option"] == "A")


async def go_on_paid(entry: Entry, tools: Tools) -> Change:
    """Let a plan go on whose owner said that it may cost more."""
    asked = await tools.graph.read("executions/limited", question=entry.subject, limit=MOST)
    if not asked:
        return NOTHING
    executions = await tools.graph.read("executions/by_id", ids=[row["id"] for row in asked])
    plan = (await tools.graph.read("plans/by_id", ids=[executions[0]["plan"]]))[0]
    spent = await spent_on(plan["id"], tools)
    change = _limited(plan, round(spent + float(plan["limit_usd"] or 0), 2))
    for row in executions:
        if row["status"] == _X.PAUSED:
            change += moved_execution(row, _X.RUNNING, why="it may cost more", limitQuestion=None)
    return change
