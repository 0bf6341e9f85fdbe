"""Pausing: no new analysis, drafts or claims; answers, decisions and what runs go on.

Woken by the commands `PauseLoop` and `ResumeLoop`. State is the node `:Loop {id: 'loop'}`; whoever begins something new
reads `loop/paused` first. Emits `LoopPaused`, `LoopResumed`. Doing either twice is doing it once.

Source: SPEC section 5 (pause by the ladder), section 6 (`vibe loop pause/resume`).
"""

from __future__ import annotations

from typing import Any

from vibe.domain.canonical import iso
from vibe.domain.changes import Change, Effect
from vibe.domain.commands import PauseLoop, ResumeLoop
from vibe.domain.events import Event, EventType
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

LOOP = "loop"


async def pause_loop(command: PauseLoop, tools: Tools) -> Change:
    """Pause the loop; paused already, it answers since when."""
    state = (await tools.graph.read("loop/paused"))[0]
    if state["paused"]:
        return Change(answer=_told(state))
    reason = command.reason.strip() or f"paused by {tools.actor}"
    now = tools.clock.now()
    body = {"reason": reason, "by": tools.actor}
    return Change(
        effects=(Effect("loop/set", {"id": LOOP, "props": {"paused": True, "reason": reason, "since": now}}),),
        events=(Event(EventType.LOOP_PAUSED, LOOP, body),),
        answer=_told({"paused": True, "reason": reason, "since": now}),
    )


async def resume_loop(command: ResumeLoop, tools: Tools) -> Change:
    """Let the loop go on."""
    del command
    state = (await tools.graph.read("loop/paused"))[0]
    if not state["paused"]:
        return Change(answer=_told(state))
    now = tools.clock.now()
    return Change(
        effects=(Effect("loop/set", {"id": LOOP, "props": {"paused": False, "reason": None, "since": now}}),),
        events=(Event(EventType.LOOP_RESUMED, LOOP, {"by": tools.actor}),),
        answer=_told({"paused": False, "reason": "", "since": now}),
    )


def _told(state: Row) -> dict[str, Any]:
    since = state["since"]
    return {"paused": state["paused"], "reason": state["reason"] or "", "since": iso(since) if since else None}
