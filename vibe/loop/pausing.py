"""Pausing: no new analysis, drafts or claims; answers, decisions and what runs go on.

Woken by the commands `PauseLoop` and `ResumeLoop`, and by `SweepDue` for a pause whose time is over. State is the node
`:Loop {id: 'loop'}`, for one plan a node of its own; whoever begins something new reads `loop/paused` and
`loop/paused_plans` first. Emits `LoopPaused`, `LoopResumed`. Doing either twice is doing it once.

Source: SPEC section 5 (pause by the ladder), section 6 (`vibe loop pause/resume`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from vibe.domain.canonical import epoch_ms, iso
from vibe.domain.changes import NOTHING, Change, Effect
from vibe.domain.commands import PauseLoop, ResumeLoop
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.kernel.tools import Tools

LOOP = "loop"


async def pause_loop(command: PauseLoop, tools: Tools) -> Change:
    """Pause the loop or one plan; paused already, it answers since when. A time that is said counts from now.

    Raises:
        NotFound: there is no such plan. BadInput: a time with a plan.
    """
    if command.plan is not None:
        return await _pause_plan(command, command.plan, tools)
    state = (await tools.graph.read("loop/paused"))[0]
    if state["paused"] and command.lasts is None:
        return Change(answer=_told(state))
    now = tools.clock.now()
    reason = state["reason"] if state["paused"] else command.reason.strip() or f"paused by {tools.actor}"
    until = now + command.lasts if command.lasts is not None else None
    props = {
        "paused": True,
        "reason": reason,
        "since": state["since"] if state["paused"] else now,
        "untilMs": epoch_ms(until) if until else None,
    }
    body = {"reason": reason, "by": tools.actor, "until": iso(until) if until else None}
    return Change(
        effects=(Effect("loop/set", {"id": LOOP, "props": props}),),
        events=(Event(EventType.LOOP_PAUSED, LOOP, body),),
        answer=_told(props | {"until_ms": props["untilMs"]}),
    )


async def resume_loop(command: ResumeLoop, tools: Tools) -> Change:
    """Let the loop go on, and every plan that was paused; or one plan alone.

    Raises:
        Conflict: that plan is not paused.
    """
    if command.plan is not None:
        return await _resume_plan(command.plan, tools)
    state = (await tools.graph.read("loop/paused"))[0]
    plans = [row["id"] for row in await tools.graph.read("loop/paused_plans", limit=500)]
    if not state["paused"] and not plans:
        return Change(answer=_told(state))
    return _resumed(tools, plans)


async def _pause_plan(command: PauseLoop, plan: str, tools: Tools) -> Change:
    """Begin nothing new for a plan; its state is a `:Loop` node of its own, as the ladder's pauses are."""
    if command.lasts is not None:
        raise BadInput("a plan is paused until it is resumed; a time is only for the whole loop", field="lasts")
    if not await tools.graph.read("plans/by_id", ids=[plan]):
        raise NotFound(f"there is no plan {plan!r}; `vibe plans` lists them")
    known = {row["plan"]: row for row in await tools.graph.read("loop/paused_plans", limit=500)}
    if plan in known:
        return Change(answer={"paused": True, "plan": plan, "reason": known[plan]["reason"]})
    reason = command.reason.strip() or f"paused by {tools.actor}"
    props = {"paused": True, "reason": reason, "since": tools.clock.now(), "plan": plan, "question": None}
    body = {"reason": reason, "by": tools.actor, "plan": plan, "until": None}
    return Change(
        effects=(Effect("loop/set", {"id": f"plan:{plan}", "props": props}),),
        events=(Event(EventType.LOOP_PAUSED, f"plan:{plan}", body),),
        answer={"paused": True, "plan": plan, "reason": reason},
    )


async def _resume_plan(plan: str, tools: Tools) -> Change:
    rows = [row["id"] for row in await tools.graph.read("loop/paused_plans", limit=500) if row["plan"] == plan]
    if not rows:
        raise Conflict(f"the plan {plan!r} is not paused")
    props = {"paused": False, "reason": None, "since": tools.clock.now(), "question": None}
    return Change(
        effects=(Effect("loop/set", *({"id": identity, "props": props} for identity in rows)),),
        events=(Event(EventType.LOOP_RESUMED, rows[0], {"by": tools.actor, "plan": plan}),),
        answer={"paused": False, "plan": plan, "reason": ""},
    )


async def end_pause(tick: Entry, tools: Tools) -> Change:
    """Go on by itself when the time of a pause is over."""
    del tick
    state = (await tools.graph.read("loop/paused"))[0]
    over = state["paused"] and state["until_ms"] is not None and state["until_ms"] <= epoch_ms(tools.clock.now())
    return _resumed(tools) if over else NOTHING


def _resumed(tools: Tools, plans: Sequence[str] = ()) -> Change:
    now = tools.clock.now()
    props = {"paused": False, "reason": None, "since": now, "untilMs": None, "question": None}
    return Change(
        effects=(Effect("loop/set", *({"id": scope, "props": props} for scope in [LOOP, *plans])),),
        events=(Event(EventType.LOOP_RESUMED, LOOP, {"by": tools.actor}),),
        answer=_told(props | {"until_ms": None}),
    )


def _told(state: Mapping[str, Any]) -> dict[str, Any]:
    since, until_ms = state["since"], state["until_ms"]
    until = iso(datetime.fromtimestamp(until_ms / 1000, UTC)) if until_ms is not None else None
    reason = state["reason"] or ""
    return {"paused": state["paused"], "reason": reason, "since": iso(since) if since else None, "until": until}
