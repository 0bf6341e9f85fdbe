"""Agents: letting them in, knowing them, letting them go.

The command carries the HMAC of the key, made where the key was shown once; nothing here or in the ledger can give the
key back. An agent acts as `agent:ID`. Emits `AgentRegistered`, `AgentChanged`; what a revoked one holds goes to others.

Source: SPEC section 7, document 002 section 2 ("Capability Registry").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import jsonschema_rs

from vibe.domain.agents import read_terms, tasks_at_once
from vibe.domain.canonical import epoch_ms, from_json, to_json
from vibe.domain.changes import Change, Effect, absent, expect
from vibe.domain.commands import RegisterAgent
from vibe.domain.errors import BadInput, NotFound, Refused, Unprocessable
from vibe.domain.events import Event, EventType
from vibe.domain.executions import ExecutionTask
from vibe.domain.work_commands import RevokeAgent, RotateKey
from vibe.kernel.signing import is_signed_by
from vibe.kernel.tools import Tools
from vibe.plans.decomposing import capability_id
from vibe.plans.templates import templates
from vibe.ports.inward import Graph, Row

MOST_AGENTS = 1000
MOST_CAPABILITIES = 100
NAME_MAX = 100
MOST_NEAR = 20
ACTIVE = "active"


async def register_agent(command: RegisterAgent, tools: Tools) -> Change:
    """Let an agent in.

    Raises:
        BadInput: no name, no capability, a schema or terms that are none; says which.
    """
    name = command.name.strip()
    if not name or len(name) > NAME_MAX:
        raise BadInput(f"an agent's name has 1 to {NAME_MAX} characters", field="name")
    capabilities = read_capabilities(command.capabilities)
    identity = tools.ids.new()
    props = {
        "name": name,
        "status": ACTIVE,
        "capabilities": to_json(capabilities).decode(),
        "keyId": command.key_id,
        "keyHash": command.key_hash,
        "registeredMs": epoch_ms(tools.clock.now()),
        "lastSeenMs": epoch_ms(tools.clock.now()),
        "tasksAtOnce": max(map(tasks_at_once, capabilities)),
        **read_terms(command.terms, tools.clock.now()),
    }
    actions = [item["action"] for item in capabilities]
    known = {row["id"] for row in await tools.graph.read("blocks/by_id", ids=[capability_id(a) for a in actions])}
    links = [
        {"id": f"{identity}->{target}", "source": identity, "target": target}
        for target in map(capability_id, actions)
        if target in known
    ]
    body = {"agent": identity, "name": name, "actions": actions, "key_id": command.key_id}
    body |= {"public_key": props["publicKey"]} if "publicKey" in props else {}
    effects = [Effect("agents/create", {"id": identity, "props": props})]
    if links:
        effects.append(Effect("agents/link_provides", *links))
    event = Event(EventType.AGENT_REGISTERED, identity, body)
    now_ms = epoch_ms(tools.clock.now())
    waits = await waiting_for({"id": identity, **props}, tools.graph, now_ms)
    answer = {"agent_id": identity, "name": name, **waits}
    return Change((absent("Agent", identity),), tuple(effects), (event,), answer)


def read_capabilities(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Check what an agent says it can do.

    Raises:
        BadInput: nothing, twice the same, or a schema that is none; says where.
    """
    found: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(given):
        action = str(item.get("action") or "").strip().lower()
        if not action.replace("_", "").isalnum() or action in found:
            raise BadInput("an action is one word, named once", field=f"capabilities.{number}.action")
        for side in ("input_schema", "output_schema"):
            try:
                jsonschema_rs.validator_for(item.get(side) or {})
            except (ValueError, jsonschema_rs.ValidationError) as error:
                what = str(error).splitlines()[0]
                raise BadInput(f"not a JSON Schema: {what}", field=f"capabilities.{number}.{side}") from error
        found[action] = {**item, "action": action}
    if not 0 < len(found) <= MOST_CAPABILITIES:
        raise BadInput(f"an agent has 1 to {MOST_CAPABILITIES} capabilities", field="capabilities")
    return list(found.values())


async def waiting_for(agent: Row, graph: Graph, now_ms: int) -> dict[str, Any]:
    """How many tasks wait for such an agent; which nearly do, and why not: the schema, a like word, another agent's."""
    own = actions_of(agent)
    like = {word: action for action in own for word in get_close_matches(action, templates().keys() - set(own))}
    lanes = [f"queued:{action}" for action in (*own, *like)]
    matching, near = 0, []
    for row in await graph.read("executions/claimable", lanes=lanes, without=[], now_ms=now_ms, limit=500):
        task = ExecutionTask.from_row(row)
        why = unfit(task, agent)
        if task.action in like:
            why = f"it asks for {task.action!r}; this agent does {like[task.action]!r}"
        elif why is None and row["only_agent"] not in (None, agent["id"]):
            why = f"its execution is for agent {row['only_agent']} alone"
        matching += why is None
        if why is not None:
            near.append({"task_id": task.id, "title": task.title, "action": task.action, "why": why})
    return {"matching_tasks": matching, "near_misses": near[:MOST_NEAR]}


async def rotate_key(command: RotateKey, tools: Tools) -> Change:
    """Give an agent another key.

    Raises:
        NotFound: no such agent. Refused: it was revoked.
    """
    agent = await active_agent(command.agent, tools)
    terms = read_terms(command.terms, tools.clock.now())
    props = {"keyExpiresMs": None, **terms, "keyId": command.key_id, "keyHash": command.key_hash}
    told = {"what": "key", "key_id": command.key_id}
    return _changed(agent, props, told | ({"public_key": terms["publicKey"]} if "publicKey" in terms else {}))


async def revoke_agent(command: RevokeAgent, tools: Tools) -> Change:
    """Let an agent in no longer; the sweep gives what it holds to others.

    Raises:
        NotFound: no such agent. Refused: it was revoked before.
    """
    agent = await active_agent(command.agent, tools)
    change = _changed(agent, {"status": "revoked", "keyHash": None}, {"what": "revoked", "reason": command.reason})
    held = await tools.graph.read("executions/held", agent=command.agent, limit=100)
    rows = [{"id": row["properties"]["id"], "props": {"dueMs": epoch_ms(tools.clock.now())}} for row in held]
    return change + Change(effects=(Effect("executions/set_tasks", *rows),) if rows else ())


def _changed(agent: Row, props: Mapping[str, Any], body: Mapping[str, Any]) -> Change:
    told = {"agent": agent["id"], **body}
    return Change(
        expects=(expect("Agent", agent["id"], status=ACTIVE),),
        effects=(Effect("agents/set", {"id": agent["id"], "props": dict(props)}),),
        events=(Event(EventType.AGENT_CHANGED, agent["id"], told),),
        answer={"agent_id": agent["id"]},
    )


async def active_agent(identity: str, tools: Tools) -> Row:
    """The properties of an agent that is let in.

    Raises:
        NotFound: no such agent. Refused: it was revoked.
    """
    rows = await tools.graph.read("agents/by_id", ids=[identity])
    if not rows:
        raise NotFound(f"there is no agent {identity!r}; `vibe agents list` lists them")
    agent: Row = rows[0]["properties"]
    if agent["status"] != ACTIVE:
        raise Refused(f"agent {identity!r} was revoked")
    return agent


async def read_agents(tools: Tools, only: str | None = None) -> list[Row]:
    """The agents that are let in; `only` this one."""
    rows = await tools.graph.read("agents/list", limit=MOST_AGENTS)
    found = (row["properties"] for row in rows)
    return [agent for agent in found if agent["status"] == ACTIVE and only in (None, agent["id"])]


def check_signature(signed: Mapping[str, str], agent: Row) -> None:
    """See that who brought a public key signed what it reports.

    Raises:
        Unprocessable: it is not signed, or by another key.
    """
    key = agent.get("publicKey")
    if key and not is_signed_by(key, signed.get("sha256", ""), signed.get("signature", "")):
        what = "is not this agent's" if signed.get("signature") else "is missing: this agent signs what it reports"
        raise Unprocessable(f"the signature {what}", field="X-Vibe-Signature")


def capabilities_of(agent: Row) -> dict[str, dict[str, Any]]:
    """What an agent can do, by action word; not to be changed."""
    return _capabilities(agent["capabilities"])


@lru_cache(MOST_AGENTS)
def _capabilities(text: str) -> dict[str, dict[str, Any]]:
    return {item["action"]: item for item in from_json(text)}


def actions_of(agent: Row) -> list[str]:
    """The action words of an agent."""
    return list(capabilities_of(agent))


def fault_of(task: ExecutionTask, agent: Row) -> str | None:
    """Why an agent's input schema does not take a task; None where it does."""
    schema = capabilities_of(agent).get(task.action, {}).get("input_schema")
    if not schema:
        return None
    return first_fault(schema, task.plain("params") or {})


def unfit(task: ExecutionTask, agent: Row) -> str | None:
    """Why a task is not for an agent, in words; None where it is."""
    if task.action not in capabilities_of(agent):
        return f"it does not do {task.action!r}"
    if agent["id"] in (task.properties.get("refusedBy") or ()):
        return "it refused it"
    fault = fault_of(task, agent)
    return f"its input schema does not take it: {fault}" if fault else None


def by_action(agents: Sequence[Row]) -> dict[str, list[Row]]:
    """Who can do what."""
    found: dict[str, list[Row]] = {}
    for agent in agents:
        for action in actions_of(agent):
            found.setdefault(action, []).append(agent)
    return found


def nobody_fits(task: ExecutionTask, doers: Mapping[str, Sequence[Row]]) -> str | None:
    """Why no agent can have a task, in words; None where one can. `doers` is from `by_action`."""
    reasons = []
    for agent in doers.get(task.action, ()):
        why = unfit(task, agent)
        if why is None:
            return None
        reasons.append(f"{agent['name']}: {why}")
    return "; ".join(reasons)[:300] or f"no agent here can do {task.action!r}"


@lru_cache(MOST_AGENTS)
def _validator(schema: bytes) -> Any:
    return jsonschema_rs.validator_for(from_json(schema))


def first_fault(schema: Mapping[str, Any], value: object) -> str | None:
    """Where a value is not as the schema says, and how; None where it is."""
    for error in _validator(to_json(schema)).iter_errors(value):
        path = "/".join(str(part) for part in error.instance_path)
        return f"{path or '(root)'}: {error.message}"
    return None
