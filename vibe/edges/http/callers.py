"""Callers: who a request comes from, told by its headers alone.

The owner's key makes `owner:api`, a signed-in browser `owner:page`; everybody else is nobody. A browser's request that
changes something, and every WebSocket, must come from our own page (CSRF), and every request must name a host that is
ours (DNS rebinding). Source: SPEC section 7, DESIGN section 5 ("Empty configuration means closed").
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from vibe.edges.http.keys import is_same, owner_key
from vibe.edges.http.sessions import Sessions
from vibe.ports.inward import Clock
from vibe.settings import HttpSettings

API = "owner:api"
PAGE = "owner:page"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ALWAYS_OURS = frozenset({"127.0.0.1", "localhost", "::1"})
EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - addresses to listen on, never names to be called by


class Callers:
    """Tells who calls, for one home."""

    def __init__(self, home: Path, http: HttpSettings, clock: Clock) -> None:
        self._key = owner_key(home)
        self._clock = clock
        self._public = urlsplit(http.public_url)
        self.sessions = Sessions(home)
        self.cookie = "vibe_" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:8]
        names = ALWAYS_OURS | {http.host, self._public.hostname or ""}
        self._names = frozenset(name.lower() for name in names if name not in EVERYWHERE)

    def is_ours(self, headers: Mapping[str, str]) -> bool:
        """Whether the request names a host that is ours; a page of another name may not talk to us."""
        return _host_name(headers.get("host", "")) in self._names

    def actor_of(self, headers: Mapping[str, str]) -> str | None:
        """Who calls; None is nobody we know."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return API if is_same(given.strip(), self._key) else None
        token = self.token_of(headers)
        return PAGE if token and self.sessions.holds(token, self._clock.now()) else None

    @staticmethod
    def bearer_of(headers: Mapping[str, str]) -> str:
        """The key that a program shows; empty when none."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return given.strip() if scheme.lower() == "bearer" else ""

    def token_of(self, headers: Mapping[str, str]) -> str:
        """The session's token that the browser sent; empty when none."""
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return ""
        return found.value if found else ""

    def is_from_our_page(self, headers: Mapping[str, str]) -> bool:
        """Whether a browser says that our own page sent this; a browser that says nothing is not believed."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site") == "same-origin"
        sent_by = urlsplit(origin)
        same_host = bool(sent_by.netloc) and sent_by.netloc == headers.get("host")
        return same_host or (sent_by.scheme, sent_by.netloc) == (self._public.scheme, self._public.netloc) != ("", "")

    def is_secure(self, headers: Mapping[str, str]) -> bool:
        """Whether the browser reached us by https (through the proxy that `http.public_url` names)."""
        return self._public.scheme == "https" and headers.get("host", "") == self._public.netloc


@lru_cache(100)
def _host_name(host: str) -> str:
    """The name in a Host header; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(client: tuple[str, int] | None, headers: Mapping[str, str]) -> bool:
    """Whether a request comes from this machine and through no proxy."""
    if client is None or "x-forwarded-for" in headers or "forwarded" in headers:
        return False
    try:
        return ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
