"""Showing agents: who they are, what they have proved, and for what they come first or not, in words. Reads only.

Source: SPEC section 7, issue "Plans that get done" (Agents: matching explained in words).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vibe.domain.agents import Fitness, Scope, why_first
from vibe.domain.canonical import epoch_ms
from vibe.domain.errors import NotFound
from vibe.plans.agents import ACTIVE, actions_of, capabilities_of, waiting_for
from vibe.plans.matching import ranked, read_held
from vibe.plans.showing import instant_of
from vibe.ports.inward import Graph, Row

PAGE = 1000


async def read_agents_shown(graph: Graph) -> list[dict[str, Any]]:
    """The agents: who they are, what they can do, what they hold, what they have proved."""
    rows = [row["properties"] for row in await graph.read("agents/list", limit=PAGE)]
    active = [row for row in rows if row["status"] == ACTIVE]
    hands = await read_held(graph)
    found = []
    for props in rows:
        held = await graph.read("executions/held", agent=props["id"], limit=100)
        told = {
            "agent_id": props["id"],
            "name": props["name"],
            "status": props["status"],
            "key_id": props.get("keyId"),
            "actions": actions_of(props),
            "can": [_can(action, props["id"], active, hands) for action in actions_of(props)],
            "last_seen_at": instant_of(props.get("lastSeenMs")),
            "holds": [_held(item["properties"]) for item in held],
        }
        found.append(told)
    return found


def _can(action: str, agent: str, active: Sequence[Row], hands: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    order = ranked(action, active, hands)
    place = next((place for place, one in enumerate(order) if one.agent == agent), None)
    if place is None:
        return {"action": action, "words": "revoked"}
    one = order[place]
    return {
        "action": action,
        "done": one.done,
        "failed": one.failed,
        "proved_ratio": round(one.proved, 3),
        "holds": one.held,
        "at_once": one.most,
        "cost_usd": one.cost_usd,
        "words": f"{one.words()}; {_place(order, place)}",
    }


def _place(order: Sequence[Fitness], place: int) -> str:
    """Where it stands among those who do the same, and why."""
    if len(order) == 1:
        return "the only one here that does it"
    one, next_one = order[place], order[place - 1] if place else order[1]
    if one.rank == next_one.rank:
        return f"as good as {next_one.name}: whoever asks first"
    if place == 0:
        return f"first of {len(order)}: {why_first((one, next_one))}"
    return f"number {place + 1} of {len(order)}: {why_first((next_one, one))}"


async def read_agent_shown(graph: Graph, identity: str, now: datetime) -> dict[str, Any]:
    """One agent with its key's terms and the tasks that wait for it, or nearly.

    Raises:
        NotFound: there is none whose id is, or begins, so.
    """
    known = [item for item in await read_agents_shown(graph) if identity and item["agent_id"].startswith(identity)]
    if len(known) != 1:
        raise NotFound(f"there is no agent {identity!r}; `vibe agents list` lists them")
    told = known[0]
    props = (await graph.read("agents/by_id", ids=[told["agent_id"]]))[0]["properties"]
    waits = await waiting_for(props, graph, epoch_ms(now)) if told["status"] == ACTIVE else {}
    return told | {
        "scopes": list(props.get("scopes") or Scope),
        "key_expires_at": instant_of(props.get("keyExpiresMs")),
        "public_key": props.get("publicKey"),
        "webhook_url": props.get("webhookUrl"),
        "webhook_parked": props.get("webhookParked"),
        "capabilities": list(capabilities_of(props).values()),
        **waits,
    }


def _held(task: Row) -> dict[str, Any]:
    told = {"task_id": task["id"], "title": task["title"], "execution_id": task["execution"]}
    return told | {"progress_ratio": task.get("progressRatio")}
