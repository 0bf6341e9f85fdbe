"""Calling: agents that do not poll are told that there is work for them.

Woken by `TasksMoved` (something came in line), `ExecutionMoved` (it runs now) and by `SweepDue` (what came in line
later, or was never fetched). An agent with an address that could have a task now is called: `AgentCalled`, one an agent
until it was posted or it has nothing to fetch. The call says only that there is work; the agent fetches it with its
key, as any other does. Not reached: tried again after 30 s, doubling; eight times in a row, or gone, or refused:
parked, until its owner sets the address again. Emits `AgentCalled`, `AgentChanged`.

Source: issue "Plans that get done" (Agents: webhooks out), document 001 ("What's NOT Included").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from vibe.domain.acts import ActKind, Intent, Outcome
from vibe.domain.agents import read_terms
from vibe.domain.canonical import epoch_ms, iso, sha256_of, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import Permanent, Refused, Unreachable
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import ExecutionStatus, TaskStatus
from vibe.domain.verdicts import decider_of
from vibe.domain.work_commands import SetWebhook
from vibe.kernel.commit import Outside
from vibe.kernel.tools import Tools
from vibe.plans.agents import active_agent
from vibe.plans.dispatching import next_task
from vibe.ports.inward import Row

MISSED_MOST = 8
AGAIN_AFTER = timedelta(minutes=5)
"""How long an agent that was called has to fetch its work before it is called again."""
MOST_CALLED = 500


def brings_work(entry: Entry) -> bool:
    """Whether something came in line, or an execution began to run and what is in line may be had."""
    if entry.body.get("after") == ExecutionStatus.RUNNING:
        return True
    return any(item["after"] == TaskStatus.QUEUED for item in entry.body.get("items", ()))


async def call_agents(entries: Sequence[Entry], tools: Tools) -> Change:
    """Call whoever has an address and could have a task now."""
    del entries
    now_ms = epoch_ms(tools.clock.now())
    change = NOTHING
    for row in await tools.graph.read("agents/to_call", limit=MOST_CALLED):
        agent = row["properties"]
        lately = now_ms - int(agent.get("calledMs") or 0) < AGAIN_AFTER.total_seconds() * 1000
        if lately or await next_task(agent, tools) is None:
            continue
        change += Change(
            expects=(expect("Agent", agent["id"], calledMs=agent.get("calledMs")),),
            effects=(Effect("agents/set", {"id": agent["id"], "props": {"calledMs": now_ms}}),),
            events=(Event(EventType.AGENT_CALLED, agent["id"], {"agent": agent["id"], "why": "work"}),),
        )
    return change


async def call_waiting(tick: Entry, tools: Tools) -> Change:
    """Call for what came in line since by time alone, and again for what was not fetched."""
    return await call_agents([tick], tools)


async def post_call(entry: Entry, tools: Tools) -> Change:
    """Post to an agent's address that there is work; nothing where it fetched it meanwhile."""
    agent = (await tools.graph.read("agents/by_id", ids=[entry.subject]))[0]["properties"]
    url = agent.get("webhookUrl")
    if not url or agent.get("webhookParked") or agent["status"] != "active" or await next_task(agent, tools) is None:
        return NOTHING
    said = {"event": "work", "id": entry.id, "at": iso(entry.at), "agent_id": agent["id"]}
    text = to_json(said | {"fetch": f"/api/agents/{agent['id']}/work"}).decode()

    async def call(outside: Outside) -> Outcome:
        if outside.callbacks is not None:
            await outside.callbacks.post(agent["id"], url, text)
        return Outcome("posted", ("post",), "it answered that it has it")

    try:
        await tools.acts.perform(Intent("call", ActKind.WEBHOOK, {"text": sha256_of(text)}), call)
    except Unreachable as error:
        missed = int(agent.get("webhookMissed") or 0) + 1
        if missed >= MISSED_MOST:
            return _parked(agent, f"not reached {missed} times: {error}")
        await tools.acts.record(f"missed {missed}", _noted(agent, missed))
        raise
    except Refused:  # the cap of calls a day is used up: it may come and look by itself
        return NOTHING
    except Permanent as error:
        return _parked(agent, str(error))
    return _noted(agent, 0) if agent.get("webhookMissed") else NOTHING


def _noted(agent: Row, missed: int) -> Change:
    """Bookkeeping: how often in a row it was not reached."""
    return Change(effects=(Effect("agents/set", {"id": agent["id"], "props": {"webhookMissed": missed or None}}),))


def _parked(agent: Row, reason: str) -> Change:
    props = {"webhookParked": reason[:300], "webhookMissed": None}
    body = {"agent": agent["id"], "what": "parked", "reason": reason[:300]}
    return Change(
        expects=(expect("Agent", agent["id"], webhookUrl=agent["webhookUrl"]),),
        effects=(Effect("agents/set", {"id": agent["id"], "props": props}),),
        events=(Event(EventType.AGENT_CHANGED, agent["id"], body),),
    )


async def set_webhook(command: SetWebhook, tools: Tools) -> Change:
    """Set where an agent is called, or that it is not; what was parked is called again.

    Raises:
        NotFound: no such agent. BadInput: no address. Refused: it was revoked, or not a person asks.
    """
    decider_of(tools.actor)
    agent = await active_agent(command.agent, tools)
    terms = read_terms({"webhook_url": command.url}, tools.clock.now())
    props = {"webhookUrl": terms.get("webhookUrl"), "webhookParked": None, "webhookMissed": None, "calledMs": None}
    body = {"agent": agent["id"], "what": "webhook", "url": terms.get("webhookUrl")}
    return Change(
        expects=(expect("Agent", agent["id"], status="active"),),
        effects=(Effect("agents/set", {"id": agent["id"], "props": props}),),
        events=(Event(EventType.AGENT_CHANGED, agent["id"], body),),
        answer={"agent_id": agent["id"], "webhook_url": terms.get("webhookUrl")},
    )
