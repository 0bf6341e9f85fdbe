"""Who gets in: the owner's key, one-time links, sessions; and what keeps everybody else out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import websockets
from fastapi import FastAPI, WebSocket

from tests.edges.http.site import a_site
from vibe.edges.http.keys import is_same, owner_key
from vibe.edges.http.sessions import CODE_LASTS, SESSION_LASTS, Sessions
from vibe.kernel.desk import Desk
from vibe.kernel.watching import Watch
from vibe.testing import ManualClock

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
OPEN = {"/healthz", "/readyz", "/metrics"}


async def test_every_call_is_closed_to_strangers(tmp_path: Path) -> None:
    """Without key and session every call of the API, known or not, is 401; health, for this machine, is open."""
    async with a_site(tmp_path) as site:
        paths = (await site.owner.get("/api/openapi.json")).json()["paths"]
        answers = {
            (method, path): (await site.stranger.request(method, path.replace("{number}", "1"))).status_code
            for path, methods in paths.items()
            for method in methods
        }
        answers["get", "/api/nothing"] = (await site.stranger.get("/api/nothing")).status_code
        answers["get", "/api/openapi.json"] = (await site.stranger.get("/api/openapi.json")).status_code
        answers["get", "/"] = (await site.stranger.get("/")).status_code
    assert len(answers) > 15
    assert {call for call, status in answers.items() if status != 401} == {("get", path) for path in OPEN}


async def test_the_owners_key_opens_and_another_does_not(tmp_path: Path) -> None:
    """The key in `keys/owner.key` is taken; one that differs in its last letter, or none at all, is not."""
    async with a_site(tmp_path) as site:
        key = owner_key(tmp_path)
        tries = [f"Bearer {key}", f"bearer {key}", f"Bearer {key[:-1]}", "Bearer", f"Basic {key}", key]
        answers = [
            (await site.stranger.get("/api/plans", headers={"Authorization": shown})).status_code for shown in tries
        ]
    assert answers == [200, 200, 401, 401, 401, 401]


async def test_metrics_through_a_proxy_need_the_key(tmp_path: Path) -> None:
    """What a proxy hands on does not come from this machine, whatever address it has."""
    async with a_site(tmp_path) as site:
        through = {"X-Forwarded-For": "203.0.113.9"}
        stranger = await site.stranger.get("/metrics", headers=through)
        owner = await site.owner.get("/metrics", headers=through)
    assert (stranger.status_code, owner.status_code) == (401, 200)


async def test_a_sign_in_link_survives_a_look_and_is_used_up_by_one_post(tmp_path: Path) -> None:
    """A link preview (GET) burns nothing; the button's POST signs in once; the same link again is refused."""
    async with a_site(tmp_path) as site:
        code, own = site.code(), {"Origin": site.address}
        looks = [(await site.stranger.get("/sign-in", params={"code": code})).status_code for _ in range(3)]
        first = await site.stranger.post("/sign-in", data={"code": code, "then": "/gaps"}, headers=own)
        again = await site.stranger.post("/sign-in", data={"code": code}, headers=own)
    cookie = first.headers["set-cookie"].lower()
    assert looks == [200, 200, 200]
    assert (first.status_code, first.headers["location"], again.status_code) == (303, "/gaps", 401)
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_sign_in_leads_only_to_our_own_pages(tmp_path: Path) -> None:
    """`then` can't send a person who signs in to another site."""
    async with a_site(tmp_path) as site:
        own = {"Origin": site.address}
        led = []
        for then in ("https://evil.example/", "//evil.example/", "/\\evil.example", "/plans"):
            answer = await site.stranger.post("/sign-in", data={"code": site.code(), "then": then}, headers=own)
            led.append(answer.headers["location"])
    assert led == ["/", "/", "/", "/plans"]


async def test_codes_and_sessions_end(tmp_path: Path) -> None:
    """A code is good for ten minutes, a session for thirty days, and not a second longer."""
    async with a_site(tmp_path) as site:
        code, own = site.code(), {"Origin": site.address}
        browser = await site.sign_in()
        site.world.clock.advance(CODE_LASTS)
        late = await site.stranger.post("/sign-in", data={"code": code}, headers=own)
        before = (await browser.get("/api/plans")).status_code
        site.world.clock.advance(SESSION_LASTS - CODE_LASTS)
        after = (await browser.get("/api/plans")).status_code
    assert (late.status_code, before, after) == (401, 200, 401)


async def test_signing_out_ends_the_session(tmp_path: Path) -> None:
    """After signing out the cookie opens nothing any more, also where somebody kept it."""
    async with a_site(tmp_path) as site:
        browser = await site.sign_in()
        kept = dict(browser.cookies)
        await browser.post("/sign-out")
        async with httpx.AsyncClient(base_url=site.address, cookies=kept) as thief:
            answer = await thief.get("/api/plans")
    assert answer.status_code == 401


async def test_wrong_codes_shut_the_door_for_a_minute(tmp_path: Path) -> None:
    """After ten wrong codes even a right one waits; a minute later it is taken."""
    async with a_site(tmp_path) as site:
        own = {"Origin": site.address}
        for _ in range(10):
            await site.stranger.post("/sign-in", data={"code": "guess"}, headers=own)
        shut = await site.stranger.post("/sign-in", data={"code": site.code()}, headers=own)
        site.world.clock.advance(timedelta(minutes=1))
        opened = await site.stranger.post("/sign-in", data={"code": site.code()}, headers=own)
    assert (shut.status_code, shut.headers["retry-after"], opened.status_code) == (429, "60", 303)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "", "Sec-Fetch-Site": "same-origin"}, 403),
    ],
    ids=["own page", "another site", "no origin told", "empty origin"],
)
async def test_a_browsers_change_must_come_from_our_page(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    """A signed-in browser that another site makes send a change is refused (CSRF); reading is not a change."""
    async with a_site(tmp_path) as site:
        browser = await site.sign_in()
        answer = await browser.post("/api/blocks", json={"block": "Decision", "title": "T"}, headers=headers)
        read = await browser.get("/api/plans", headers=headers)
    assert (answer.status_code, read.status_code) == (status, 200)


async def test_a_browser_that_tells_no_origin_is_not_believed(tmp_path: Path) -> None:
    """Without Origin and Sec-Fetch-Site nobody knows which page sent it; a program shows the key instead."""
    async with a_site(tmp_path) as site:
        browser = await site.sign_in()
        del browser.headers["Origin"]
        silent = await browser.post("/api/blocks", json={"block": "Decision", "title": "T"})
        keyed = await site.owner.post("/api/blocks", json={"block": "Decision", "title": "T"})
    assert (silent.status_code, keyed.status_code) == (403, 201)


async def test_who_decides_is_told_by_how_they_came(tmp_path: Path) -> None:
    """The ledger names the page for a session and the API for the key."""
    async with a_site(tmp_path) as site:
        browser = await site.sign_in()
        await browser.post("/api/blocks", json={"block": "Decision", "title": "by page"})
        await site.owner.post("/api/blocks", json={"block": "Decision", "title": "by key"})
        entries = (await site.owner.get("/api/ledger", params={"limit": 2})).json()["entries"]
    assert [entry["actor"] for entry in entries] == ["owner:api", "owner:page"]


async def test_another_host_name_is_refused_even_with_the_key(tmp_path: Path) -> None:
    """A page of another name that resolves to us (DNS rebinding) gets nothing, not even health."""
    async with a_site(tmp_path) as site:
        asked = [
            (await site.owner.get(path, headers={"Host": host})).status_code
            for path in ("/api/plans", "/healthz")
            for host in ("evil.example", "evil.example:8787", "localhost:1", "127.0.0.1.evil.example", "[::1]:8787")
        ]
    assert asked == [421, 421, 200, 421, 200] * 2


async def test_every_answer_keeps_other_sites_out(tmp_path: Path) -> None:
    """No answer may be framed, sniffed, or load anything from elsewhere."""
    async with a_site(tmp_path) as site:
        headers = [(await site.stranger.get(path)).headers for path in ("/healthz", "/sign-in", "/", "/api/plans")]
    for found in headers:
        assert "default-src 'self'" in found["content-security-policy"]
        assert "frame-ancestors 'none'" in found["content-security-policy"]
        assert (found["x-frame-options"], found["x-content-type-options"]) == ("DENY", "nosniff")


async def test_sockets_are_as_closed_as_pages(tmp_path: Path) -> None:
    """A WebSocket opens for a session from our own page only, not for strangers nor for another site's page."""

    def mount(app: FastAPI, desk: Desk, watch: Watch) -> None:
        @app.websocket("/echo")
        async def echo(socket: WebSocket) -> None:
            await socket.accept()
            await socket.send_text(str(socket.state.actor))

    async def greeting(cookie: str, origin: str) -> str:
        try:
            async with websockets.connect(url, additional_headers={"Cookie": cookie}, origin=origin) as socket:  # type: ignore[arg-type]
                return str(await socket.recv())
        except websockets.InvalidStatus as refused:
            return str(refused.response.status_code)

    async with a_site(tmp_path, [mount]) as site:
        url = site.address.replace("http", "ws") + "/echo"
        cookie = "; ".join(f"{name}={value}" for name, value in (await site.sign_in()).cookies.items())
        heard = [
            await greeting(cookie, site.address),
            await greeting("", site.address),
            await greeting(cookie, "https://evil.example"),
        ]
    assert heard == ["owner:page", "403", "403"]


async def test_secrets_at_rest_are_private_and_hashed(tmp_path: Path) -> None:
    """Key and sessions are readable by their owner only, and neither codes nor tokens can be read from the file."""
    sessions, now = Sessions(tmp_path), ManualClock().now()
    kept, used = sessions.new_code(now), sessions.new_code(now)
    token = sessions.use_code(used, now)
    owner_key(tmp_path)
    stored = (tmp_path / "keys" / "sessions.db").read_bytes()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert token is not None
    assert not any(secret.encode() in stored for secret in (kept, used, token))
    assert {modes["owner.key"], modes["sessions.db"], (tmp_path / "keys").stat().st_mode & 0o777} == {0o600, 0o700}


async def test_the_owners_key_is_made_once(tmp_path: Path) -> None:
    """Asked again the same key is given; an empty file is no key, and nothing is the same as no key."""
    first, again = owner_key(tmp_path), owner_key(tmp_path)
    assert first == again
    assert len(first) >= 43
    assert not is_same("", "")
