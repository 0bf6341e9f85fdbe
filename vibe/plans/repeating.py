"""Repeating: a plan that is carried out again and again, on a cron expression.

Woken by `RepeatPlan` and by the sweep. The next turn is a time on the plan; when it comes, an execution is made, unless
the one before still goes on: then the turn is skipped and said so. Turns that were missed while nobody ran are one.
Emits `PlanRepeated`, `TurnTaken`, `ExecutionCreated`.

Source: issue "Plans that get done" (recurring plans), document 001 ("Scheduling").
"""

from __future__ import annotations

from vibe.domain.canonical import epoch_ms, iso
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import DecomposePlan, StartExecution
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.verdicts import decider_of
from vibe.domain.work_commands import RepeatPlan
from vibe.kernel.ticking import next_of_cron
from vibe.kernel.tools import Tools
from vibe.plans.decomposing import decompose_plan
from vibe.plans.starting import start_execution


async def repeat_plan(command: RepeatPlan, tools: Tools) -> Change:
    """Carry a plan out at the times of a cron expression, in the owner's zone; an empty one ends that.

    What has no breakdown yet is broken down with it: what a turn needs is made with a person's leave.

    Raises:
        NotFound: no such plan. BadInput: no cron expression. Refused: not a person.
    """
    decider_of(tools.actor)
    rows = await tools.graph.read("plans/by_id", ids=[command.plan])
    if not rows:
        raise NotFound(f"there is no plan {command.plan!r}; `vibe plans` lists them")
    cron = command.cron.strip() or None
    following = next_of_cron(cron, tools.settings.owner.zone, tools.clock.now()) if cron else None
    props = {"cron": cron, "nextMs": epoch_ms(following) if following else None}
    told = {"plan": command.plan, "cron": cron, "next_at": iso(following) if following else None}
    broken_down = await decompose_plan(DecomposePlan(command.plan), tools) if cron else NOTHING
    change = Change(broken_down.expects, broken_down.effects, broken_down.events)
    return change + Change(
        expects=(expect("Plan", command.plan, cron=rows[0]["cron"], nextMs=rows[0]["next_ms"]),),
        effects=(Effect("plans/set", {"id": command.plan, "props": props}),),
        events=(Event(EventType.PLAN_REPEATED, command.plan, told),),
        answer=told,
    )


async def take_turn(tick: Entry, tools: Tools) -> Change:
    """Begin the plan whose time has come; one a sweep."""
    del tick
    now = tools.clock.now()
    due = await tools.graph.read("plans/due", now_ms=epoch_ms(now), limit=1)
    if not due:
        return NOTHING
    plan = due[0]
    following = next_of_cron(plan["cron"], tools.settings.owner.zone, now)
    body = {"plan": plan["id"], "next_at": iso(following)}
    try:
        started = await _begun(plan["id"], tools)
        body |= {"execution": started.answer["execution_id"]}
    except (BadInput, Conflict, NotFound) as error:
        started, body = NOTHING, body | {"skipped": str(error)}
    return Change(
        expects=(expect("Plan", plan["id"], cron=plan["cron"], nextMs=plan["next_ms"]),),
        effects=(Effect("plans/set", {"id": plan["id"], "props": {"nextMs": epoch_ms(following)}}),),
        events=(Event(EventType.TURN_TAKEN, plan["id"], body),),
    ) + Change(started.expects, started.effects, started.events)


async def _begun(plan: str, tools: Tools) -> Change:
    """Begin an execution in nobody's name.

    Raises:
        Conflict: it still goes on, or needs what only a person may let be made. BadInput, NotFound: no such plan now.
    """
    started = await start_execution(StartExecution(plan), tools)
    if any(effect.query == "blocks/create_capability" for effect in started.effects):
        raise Conflict("its tasks changed; look at them with `vibe plan decompose`")
    return started
