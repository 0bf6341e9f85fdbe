"""Agents as callers: whose key it is, and the few calls that an agent may make.

A key is looked up by its HMAC; what was found is believed for a second, so that a busy agent costs no look-up a call
and a revoked one is out within a second. Whatever is not listed here an agent may not do: it never decides anything.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from vibe.edges.http.keys import agent_pepper
from vibe.kernel.desk import Desk

BELIEVED_FOR = timedelta(seconds=1)
MOST_KNOWN = 10_000
_ID = r"[^/]+"
MAY = tuple(
    (method, re.compile(pattern))
    for method, pattern in (
        ("GET", r"/api/actions"),
        ("GET", r"/api/openapi\.json"),
        ("GET", rf"/api/agents/(?P<agent>{_ID})/work"),
        ("POST", rf"/api/agents/(?P<agent>{_ID})/(?:refuse|heartbeat)"),
        ("GET", rf"/api/executions/{_ID}/status"),
        ("POST", rf"/api/executions/{_ID}/(?:events|replies)"),
        ("PUT", rf"/api/executions/{_ID}/files/{_ID}"),
        ("GET", rf"/api/executions/{_ID}/stream"),
        ("POST", r"/api/questions"),
        ("GET", rf"/api/questions/{_ID}"),
        ("POST", r"/api/blocks"),
    )
)


def agent_may(actor: str, method: str, path: str) -> bool:
    """Whether an agent may make a call; what belongs to an agent is that agent's alone."""
    for allowed, pattern in MAY:
        found = pattern.fullmatch(path) if allowed == method else None
        if found:
            return found.groupdict().get("agent") in (None, actor.removeprefix("agent:"))
    return False


class AgentCallers:
    """Tells which agent shows a key."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pepper = agent_pepper(desk.home).encode()
        self._known: dict[str, tuple[str, datetime]] = {}

    async def actor_of(self, key: str) -> str | None:
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
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        actor = f"agent:{rows[0]['id']}"
        self._known[hashed] = (actor, now + BELIEVED_FOR)
        return actor

    def forget(self) -> None:
        """Believe nothing any more: a key was changed or taken away here."""
        self._known.clear()
