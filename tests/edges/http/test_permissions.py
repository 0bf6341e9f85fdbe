"""The permission matrix: who may make which call, for every call of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.edges.http.site import Site, a_site
from tests.edges.http.test_agents import Caller, an_agent
from vibe.edges.http.sessions import SESSION_LASTS

pytestmark = pytest.mark.asyncio

OWNERS = frozenset({"owner's key", "signed-in approver"})
ANY_AGENT = OWNERS | {"agent", "other agent"}
ITS_AGENT = OWNERS | {"agent"}
EVERYBODY = ANY_AGENT | {"stranger", "revoked key", "replaced key", "ended session"}
MAY: Mapping[str, frozenset[str]] = {
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /metrics": EVERYBODY,  # on this machine
    "GET /api/actions": ANY_AGENT,
    "GET /api/executions/{identity}/status": ANY_AGENT,
    "POST /api/executions/{identity}/events": ANY_AGENT,
    "POST /api/executions/{identity}/replies": ANY_AGENT,
    "PUT /api/executions/{identity}/files/{name}": ANY_AGENT,
    "GET /api/executions/{identity}/files/{name}": ANY_AGENT,
    "POST /api/questions": ANY_AGENT,
    "GET /api/questions/{identity}": ANY_AGENT,
    "POST /api/blocks": ANY_AGENT,
    "GET /api/agents/{agent_id}/work": ITS_AGENT,
    "POST /api/agents/{agent_id}/heartbeat": ITS_AGENT,
    "POST /api/agents/{agent_id}/refuse": ITS_AGENT,
}
"""Calls that are not the owner's alone."""
OWNERS_AREAS = frozenset(
    [
        "gaps",
        "candidates",
        "proposals",
        "questions",
        "blocks",
        "imports",
        "plans",
        "ledger",
        "agents",
        "executions",
        "tickets",
    ]
)
"""The areas of the API whose other calls are the owner's; a call elsewhere needs a row of its own."""


async def callers_of(site: Site) -> tuple[dict[str, httpx.AsyncClient], Caller]:
    """A client for each kind of caller, and the agent whose paths are tried."""
    agent, other = await an_agent(site, "larry"), await an_agent(site, "moe")
    revoked, replaced = await an_agent(site, "curly"), await an_agent(site, "shemp")
    assert (await site.owner.delete(f"/api/agents/{revoked.id}")).status_code == 200
    assert (await site.owner.post(f"/api/agents/{replaced.id}/rotate-key")).status_code == 200
    ended = await site.sign_in()
    site.world.clock.advance(SESSION_LASTS)
    signed_in = await site.sign_in()
    return {
        "owner's key": site.owner, "signed-in approver": signed_in, "agent": agent.http, "other agent": other.http,
        "stranger": site.stranger, "revoked key": revoked.http, "replaced key": replaced.http, "ended session": ended,
    }, agent  # fmt: skip


def is_let_in(answer: httpx.Response) -> bool:
    """Whether the guard let a request pass; what the route then said of its content does not matter."""
    kind = answer.json().get("type", "") if "json" in answer.headers.get("content-type", "") else ""
    return answer.status_code != 401 and not kind.endswith((":not-an-agents", ":other-origin"))


def area_of(path: str) -> str:
    """The part of the API that a path belongs to."""
    return path.removeprefix("/api/").partition("/")[0]


async def test_every_call_lets_in_whom_it_should_and_nobody_else(tmp_path: Path) -> None:
    """Owner, approver, agent, another agent, a stranger, keys and sessions that ended: each over every call."""
    async with a_site(tmp_path / "home") as site:
        callers, agent = await callers_of(site)
        document = (await site.owner.get("/api/openapi.json")).json()
        calls = [(method.upper(), path) for path, item in document["paths"].items() for method in item]
        found, wanted = {}, {}
        for method, path in calls:
            name = f"{method} {path}"
            real = path.replace("{agent_id}", agent.id).replace("{identity}", "x").replace("{", "").replace("}", "")
            for who, caller in callers.items():
                if (method == "DELETE" or path.endswith("rotate-key")) and who in OWNERS:
                    continue  # it would end the key that is tried next
                found[name, who] = is_let_in(await caller.request(method, real))
                wanted[name, who] = who in MAY.get(name, OWNERS)
    assert len(calls) > 30
    assert {key: let_in for key, let_in in found.items() if let_in != wanted[key]} == {}
    assert MAY.keys() <= {f"{method} {path}" for method, path in calls}
    assert {
        path for method, path in calls if f"{method} {path}" not in MAY and area_of(path) not in OWNERS_AREAS
    } == set()
