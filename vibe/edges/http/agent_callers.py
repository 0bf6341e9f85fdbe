"""Agents as callers: whose key it is, and the few calls that an agent may make.

A key is looked up by its HMAC; what was found is believed for a second, so that a busy agent costs no look-up a call
and a revoked one is out within a second. Whatever is not listed here an agent may not do: it never decides anything.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from vibe.domain.agents import Scope
from vibe.domain.identities import KeyedActor
from vibe.edges.http.keys import agent_pepper
from vibe.kernel.desk import Desk

BELIEVED_FOR = timedelta(seconds=1)
MOST_KNOWN = 10_000
NEVER = datetime.max.replace(tzinfo=UTC)
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
        self._known: dict[str, tuple[KeyedActor, datetime]] = {}

    async def actor_of(self, key: str) -> KeyedActor | None:
        """`agent:ID`, or None for a key that is nobody's (any more)."""
        hashed = hmac.new(self._pepper, key.encode(), hashlib.sha256).hexdigest()
        now = self._desk.clock.now()
        known = self._known.get(hashed)
        if known and now < known[1]:
            return known[0]
        self._known.pop(hashed, None)
        rows = await self._desk.graph.read("agents/of_key", key_hash=hashed)
        if not rows or rows[0]["status"] != "active":
            return None
        expires_ms = rows[0]["expires_ms"]
        until = min(now + BELIEVED_FOR, datetime.fromtimestamp(expires_ms / 1000, UTC) if expires_ms else NEVER)
        if until <= now:
            return None
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        scopes = frozenset(rows[0]["scopes"] or Scope)
        actor = KeyedActor(f"agent:{rows[0]['id']}", str(rows[0]["key_id"]), scopes)
        self._known[hashed] = (actor, until)
        return actor

    def forget(self) -> None:
        """Believe nothing any more: a key was changed or taken away here."""
        self._known.clear()
