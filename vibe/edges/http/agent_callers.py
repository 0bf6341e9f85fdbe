"""Agents as callers: whose key it is, and the few calls that an agent may make.

A key is looked up by its HMAC on the board: from memory, and out at once when it is revoked here, within a second
when another process did it. Whatever is not listed here an agent may not do: it never decides anything.
"""

from __future__ import annotations

import hmac
import re

from vibe.domain.agents import Scope
from vibe.domain.canonical import epoch_ms
from vibe.domain.identities import KeyedActor
from vibe.edges.http.keys import agent_pepper
from vibe.kernel.desk import Desk

_ID = r"[^/]+"
MAY = tuple(
    (scope, method, re.compile(pattern))
    for scope, method, pattern in (
        ("", "GET", r"/api/actions"),
        ("", "GET", r"/api/openapi\.json"),
        (Scope.WORK, "GET", rf"/api/agents/(?P<agent>{_ID})/work"),
        (Scope.WORK, "POST", rf"/api/agents/(?P<agent>{_ID})/(?:refuse|heartbeat)"),
        (Scope.WORK, "GET", rf"/api/executions/{_ID}/status"),
        (Scope.WORK, "POST", rf"/api/executions/{_ID}/(?:events|replies)"),
        (Scope.WORK, "PUT", rf"/api/executions/{_ID}/files/{_ID}"),
        (Scope.WORK, "GET", rf"/api/executions/{_ID}/files/{_ID}"),
        (Scope.WORK, "GET", rf"/api/executions/{_ID}/stream"),
        (Scope.ASK, "POST", r"/api/questions"),
        (Scope.ASK, "GET", rf"/api/questions/{_ID}"),
        (Scope.WRITE, "POST", r"/api/blocks"),
    )
)


def agent_may(actor: str, method: str, path: str) -> bool:
    """Whether an agent may make a call: within its key's scopes, and what belongs to an agent is that agent's alone."""
    scopes = actor.scopes if isinstance(actor, KeyedActor) else frozenset(Scope)
    for scope, allowed, pattern in MAY:
        found = pattern.fullmatch(path) if allowed == method and (not scope or scope in scopes) else None
        if found:
            return found.groupdict().get("agent") in (None, actor.removeprefix("agent:"))
    return False


class AgentCallers:
    """Tells which agent shows a key."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pepper = agent_pepper(desk.home).encode()

    async def actor_of(self, key: str) -> KeyedActor | None:
        """`agent:ID`, or None for a key that is nobody's (any more)."""
        hashed = hmac.digest(self._pepper, key.encode(), "sha256").hex()
        rows = await self._desk.board.read("agents/of_key", key_hash=hashed)
        if not rows or rows[0]["status"] != "active":
            return None
        expires_ms = rows[0]["expires_ms"]
        if expires_ms and epoch_ms(self._desk.clock.now()) >= expires_ms:
            return None
        scopes = frozenset(rows[0]["scopes"] or Scope)
        return KeyedActor(f"agent:{rows[0]['id']}", str(rows[0]["key_id"]), scopes)
