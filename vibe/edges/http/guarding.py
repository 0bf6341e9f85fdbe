"""Guarding: what every request and every WebSocket passes before anything of ours sees it.

In this order: the host must be ours (421), the body is read up to 2 MB (413), the caller must be known (401), and a
browser's change must come from our own page (403). Open to everybody are /healthz, /readyz and /sign-in; /metrics is
open on this machine. What passes carries `actor` in its state. Every answer gets headers that keep other sites out.

Source: SPEC section 7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vibe.edges.http.agent_callers import AgentCallers, agent_may
from vibe.edges.http.callers import API, SAFE, Callers, is_loopback
from vibe.edges.http.problems import problem
from vibe.edges.http.signing_in import ask_to_sign_in

LARGEST_BODY_BYTES = 2_000_000
MOST_THROWN_AWAY_BYTES = 50_000_000
OPEN = frozenset({"/healthz", "/readyz", "/sign-in"})
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
RAW_HEADERS = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())


class Guard:
    """The ASGI part round the whole application.

    Args:
        count: told of each request's method, area and status when it is answered.
    """

    def __init__(
        self, app: ASGIApp, callers: Callers, agents: AgentCallers, count: Callable[[str, str, int], None]
    ) -> None:
        self.app = app
        self._callers, self._agents, self._count = callers, agents, count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "websocket":
            await self._guard_socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._guard_request(scope, receive, self._watched(scope, send))
        else:
            await self.app(scope, receive, send)

    async def _guard_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        refusal = await self._refusal(scope, headers)
        if refusal is None:
            whole = await _read_whole(headers, receive)
            if whole is not None:
                await self._answer(scope, _replayed(scope, whole, receive), send)
                return
            refusal = problem(413, "the body is larger than 2 MB", headers={"Connection": "close"})
        await refusal(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except RuntimeError:
            if not scope["state"].get("gone"):  # a caller who left is no error of ours
                raise

    async def _actor(self, headers: Mapping[str, str]) -> str | None:
        actor = self._callers.actor_of(headers)
        key = self._callers.bearer_of(headers)
        return await self._agents.actor_of(key) if actor is None and key else actor

    async def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> Response | None:
        path = scope["path"]
        if not self._callers.is_ours(headers):
            return problem(421, "this host name is not Vibe's; set http.public_url to the address you reach it by")
        actor = await self._actor(headers)
        scope.setdefault("state", {})["actor"] = actor
        if path in OPEN or (path == "/metrics" and is_loopback(scope.get("client"), headers)):
            return None
        if actor is None:
            return _who_are_you(scope, headers)
        if actor.startswith("agent:"):
            may = agent_may(actor, scope["method"], path)
            return None if may else problem(403, "an agent's key does not open this", word="not-an-agents")
        if actor != API and scope["method"] not in SAFE and not self._callers.is_from_our_page(headers):
            return problem(403, "a change by a signed-in browser must come from Vibe's own page", word="other-origin")
        return None

    async def _guard_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        actor = await self._actor(headers)
        is_agent = actor is not None and actor.startswith("agent:") and agent_may(actor, "GET", scope["path"])
        by_key = actor == API or is_agent
        welcome = self._callers.is_ours(headers) and (by_key or self._callers.is_from_our_page(headers))
        if actor is None or not welcome:
            await send({"type": "websocket.close", "code": 1008})
            return
        scope.setdefault("state", {})["actor"] = actor
        await self.app(scope, receive, send)

    def _watched(self, scope: Scope, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(item for item in RAW_HEADERS if item[0] not in given)]
                if scope["path"].startswith(("/api", "/sign-in")) and b"cache-control" not in given:
                    message["headers"].append((b"cache-control", b"no-store"))
                self._count(scope["method"], _area(scope["path"]), message["status"])
            await send(message)

        return watched


def _who_are_you(scope: Scope, headers: Mapping[str, str]) -> Response:
    """Answer somebody unknown: people get a page that says how to sign in, programs a problem document."""
    wants_page = "text/html" in headers.get("accept", "") and not _area(scope["path"]).startswith("api")
    if scope["method"] == "GET" and wants_page:
        return ask_to_sign_in(Request(scope))
    return problem(
        401,
        "show the owner's or an agent's key (Authorization: Bearer ...) or sign in",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _area(path: str) -> str:
    """Name the part of the site a path belongs to; few names, so that metrics stay few."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first == "api":
        return f"api/{rest.partition('/')[0]}" if rest.partition("/")[0].isalpha() else "api"
    return first if first in ("healthz", "readyz", "metrics", "sign-in", "_nicegui", "_nicegui_ws") else "page"


async def _read_whole(headers: Mapping[str, str], receive: Receive) -> bytes | None:
    """Read a request's body; None when it is too large.

    What is too large is still read for a while and thrown away: a sender that is cut off never sees the answer.
    """
    declared = headers.get("content-length", "0")
    too_large = not declared.isdigit() or int(declared) > LARGEST_BODY_BYTES
    body, read = bytearray(), 0
    while True:
        message = await receive()
        read += len(message.get("body", b""))
        too_large = too_large or read > LARGEST_BODY_BYTES
        if too_large:
            body.clear()
        else:
            body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body") or read > MOST_THROWN_AWAY_BYTES:
            return None if too_large else bytes(body)


def _replayed(scope: Scope, body: bytes, receive: Receive) -> Receive:
    """Hand the body on once, then whatever comes after it: that the caller left, which is noted as `gone`."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            message = await receive()
            scope["state"]["gone"] = message["type"] == "http.disconnect"
            return message
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
