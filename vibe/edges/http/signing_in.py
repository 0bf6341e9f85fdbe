"""Signing in: the page that a one-time link opens, and the page for whom we do not know.

The link's GET only shows a button; the POST behind it uses the code up and sets the session's cookie (HttpOnly,
SameSite=Strict). Ten wrong codes within a minute, and the door stays shut for the rest of it.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from html import escape
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vibe.edges.http.callers import Callers
from vibe.edges.http.problems import problem
from vibe.edges.http.sessions import SESSION_LASTS
from vibe.ports.inward import Clock

WRONG_AT_MOST = 10
WRONG_WITHIN = timedelta(minutes=1)
_FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Vibe</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center;
  font: 16px/1.55 system-ui, sans-serif;
  background: light-dark(#f6f5f2, #16181b); color: light-dark(#1f2328, #e6e6e3); }}
main {{ max-width: 25rem; margin: 1.25rem; padding: 2rem; border-radius: 14px;
  background: light-dark(#fff, #1e2125); border: 1px solid light-dark(#e4e1da, #30343a); }}
h1 {{ font-size: 1.25rem; margin: 0 0 .5rem; }} p {{ margin: 0 0 1rem; }}
code {{ background: light-dark(#f0eee9, #2a2e33); padding: .1em .35em; border-radius: 5px; }}
button {{ font: inherit; font-weight: 600; padding: .6rem 1.1rem; border: 0; border-radius: 9px; cursor: pointer;
  background: #2f6f5e; color: #fff; }} a {{ color: inherit; }}
</style></head><body><main>{content}</main></body></html>"""
_HOW = "<p>Run <code>vibe sign-in</code> where Vibe runs: it prints a link that is good once, for ten minutes.</p>"


class Door:
    """Counts wrong codes, from wherever they come."""

    def __init__(self) -> None:
        self._wrong: deque[datetime] = deque(maxlen=WRONG_AT_MOST)

    def is_shut(self, now: datetime) -> bool:
        """Whether too many codes were wrong of late."""
        return len(self._wrong) == WRONG_AT_MOST and now - self._wrong[0] < WRONG_WITHIN

    def was_wrong(self, now: datetime) -> None:
        """Count one."""
        self._wrong.append(now)


class Entrance:
    """The routes of signing in and out."""

    def __init__(self, callers: Callers, clock: Clock) -> None:
        self._callers, self._clock, self._door = callers, clock, Door()
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route("/sign-in", self.show, methods=["GET"], response_model=None)
        self.router.add_api_route("/sign-in", self.take, methods=["POST"], response_model=None)
        self.router.add_api_route("/sign-out", self.leave, methods=["POST"], response_model=None)

    async def show(self, code: str = "", then: str = "/") -> Response:
        """Show the button behind a link; looking uses nothing up."""
        now = self._clock.now()
        if self._door.is_shut(now):
            return _shut()
        if not code:
            return _page(f"<h1>Please sign in</h1>{_HOW}")
        if self._callers.sessions.is_good(code, now):
            return _page(_button(code, then))
        return self._wrong(now)

    async def take(self, request: Request) -> Response:
        """Use a code up and open a session."""
        now = self._clock.now()
        if self._door.is_shut(now):
            return _shut()
        if not self._callers.is_from_our_page(request.headers):
            return problem(403, "signing in must come from Vibe's own page", word="other-origin")
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        token = self._callers.sessions.use_code(fields.get("code", [""])[0], now)
        if token is None:
            return self._wrong(now)
        answer = RedirectResponse(_own_path(fields.get("then", ["/"])[0]), status_code=303)
        _set_cookie(answer, self._callers, request, token)
        return answer

    async def leave(self, request: Request) -> Response:
        """End this browser's session."""
        self._callers.sessions.end(self._callers.token_of(request.headers))
        answer = _page(f"<h1>Signed out</h1>{_HOW}")
        answer.delete_cookie(self._callers.cookie, path="/")
        return answer

    def _wrong(self, now: datetime) -> Response:
        self._door.was_wrong(now)
        return _page(f"<h1>This link is no longer good</h1><p>It was used, or it is too old.</p>{_HOW}", 401)


def ask_to_sign_in(request: Request) -> Response:
    """The page for a browser we do not know.

    A browser that follows a link from elsewhere leaves the strict cookie at home; one more step from our own page
    brings it.
    """
    path = escape(quote(_own_path(request.url.path), safe="/"), quote=True)
    again = f'<p>Signed in on this browser already? <a href="{path}">Go on</a>.</p>'
    return _page(f"<h1>Please sign in</h1>{_HOW}{again}", 401)


def _set_cookie(answer: Response, callers: Callers, request: Request, token: str) -> None:
    answer.set_cookie(
        callers.cookie,
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        secure=callers.is_secure(request.headers),
        httponly=True,
        samesite="strict",
    )


def _own_path(path: str) -> str:
    """A path of our own to go on to; anything else is the inbox."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def _button(code: str, then: str) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
        for name, value in (("code", code), ("then", _own_path(then)))
    )
    return (
        "<h1>Vibe</h1><p>Open the inbox on this browser. It stays signed in for 30 days.</p>"
        f'<form method="post" action="/sign-in">{hidden}<button autofocus>Sign in</button></form>'
    )


def _shut() -> Response:
    return problem(429, "too many wrong codes; wait a minute", headers={"Retry-After": "60"})


def _page(content: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_FRAME.format(content=content), status)
