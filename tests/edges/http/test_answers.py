"""How the server answers when something is wrong, and how it says how it is."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.edges.http.site import a_site
from vibe.domain.errors import (
    BadInput,
    Conflict,
    IllegalMove,
    NeedsHuman,
    NotFound,
    Refused,
    Transient,
    Unreachable,
    VibeError,
)
from vibe.edges.http.problems import problem_of
from vibe.edges.http.server import serve_web

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


@pytest.mark.parametrize(
    ("error", "status", "more"),
    [
        (BadInput("no", field="until", file="a.md", line=3), 400, {"field": "until", "file": "a.md", "line": 3}),
        (NotFound("no"), 404, {}),
        (Conflict("no", found={"status": "approved", "at": object}), 409, {"found"}),
        (IllegalMove("proposal", "ready", "executed"), 409, {"current": "ready", "wanted": "executed"}),
        (NeedsHuman("which?"), 409, {"question": "which?"}),
        (Refused("no"), 403, {}),
        (Transient("later", retry_after_s=2.4), 503, {}),
        (Unreachable("no store"), 503, {}),
        (VibeError("?"), 500, {}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, VibeError) else "",
)
async def test_every_error_is_a_problem_document(error: VibeError, status: int, more: dict[str, object]) -> None:
    """Each branch of the error tree has its status and type, and carries what the caller needs to go on."""
    answer = problem_of(error)
    body = json.loads(answer.body)
    assert (answer.status_code, answer.media_type, body["status"]) == (status, "application/problem+json", status)
    assert body["type"].startswith("urn:vibe:problem:")
    assert body["detail"]
    assert set(more) <= body.keys()
    assert ("retry-after" in answer.headers) == isinstance(error, Transient)


async def test_a_transient_error_says_when_to_come_back() -> None:
    """Retry-After is whole seconds, rounded up."""
    assert problem_of(Transient(retry_after_s=2.4)).headers["retry-after"] == "3"


async def test_a_body_over_two_megabytes_is_refused(tmp_path: Path) -> None:
    """Also one that does not say beforehand how large it is; one just below is read."""

    async def drops() -> object:
        for _ in range(30):
            yield b" " * 100_000

    async with a_site(tmp_path) as site:
        large = await site.owner.post("/api/blocks", content=b" " * 2_000_001)
        untold = await site.owner.post("/api/blocks", content=drops())  # type: ignore[arg-type]
        fits = await site.owner.post("/api/blocks", content=b" " * 2_000_000)
        left = (await site.owner.get("/api/ledger")).json()["entries"]
    assert (large.status_code, untold.status_code, fits.status_code, left) == (413, 413, 422, [])


async def test_what_is_not_json_is_told_as_a_problem(tmp_path: Path) -> None:
    """Broken JSON, a wrong type and an unknown field are 422 with the field's name."""
    async with a_site(tmp_path) as site:
        broken = await site.owner.post("/api/questions", content=b'{"question": ')
        wrong = await site.owner.post("/api/questions", json={"question": 7})
        unknown = await site.owner.post("/api/questions", json={"question": "Q?", "colour": "red"})
    answers = (broken, wrong, unknown)
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert (wrong.json()["field"], unknown.json()["field"]) == ("question", "colour")


async def test_a_call_there_is_not_says_where_to_look(tmp_path: Path) -> None:
    """An unknown path of the API is 404, whatever the method, and names the list of calls."""
    async with a_site(tmp_path) as site:
        answers = [await site.owner.request(method, "/api/wishes/1") for method in ("GET", "POST", "DELETE")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "/api/openapi.json" in answers[0].json()["detail"]


async def test_readiness_follows_the_deliverer(tmp_path: Path) -> None:
    """Ready while somebody delivers; unready when nobody has for a minute; alive all the time."""
    async with a_site(tmp_path) as site:
        ready = await site.stranger.get("/readyz")
        site.world.app.turn.drop()
        site.world.clock.advance(timedelta(seconds=120))
        unready = await site.stranger.get("/readyz")
        alive = await site.stranger.get("/healthz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "troubles": []})
    assert (unready.status_code, unready.json()["status"]) == (503, "unready")
    assert "nobody delivers" in unready.json()["troubles"]
    assert alive.json() == {"status": "alive"}


async def test_a_delivery_that_waits_too_long_is_told(tmp_path: Path) -> None:
    """What is due for more than `health.max_open_s` makes the daemon unready and says since when."""
    async with a_site(tmp_path) as site:
        await site.owner.post("/api/blocks", json={"block": "Decision", "title": "D"})
        site.world.clock.advance(timedelta(seconds=100))
        found = await site.stranger.get("/readyz")
    assert found.status_code == 503
    assert any("a delivery waits since" in trouble for trouble in found.json()["troubles"])


async def test_figures_tell_gaps_proposals_deliveries_and_requests(tmp_path: Path) -> None:
    """/metrics has what the graph holds and what was asked, in Prometheus' own form."""
    async with a_site(tmp_path) as site:
        await site.ready()
        text = (await site.stranger.get("/metrics")).text
        seq = (await site.owner.get("/api/ledger", params={"limit": 1})).json()["entries"][0]["seq"]
    assert 'vibe_proposals{status="ready"}' in text
    assert "vibe_gaps{severity=" in text
    assert f"vibe_ledger_seq {float(seq)}" in text
    assert 'vibe_http_requests_total{area="api/proposals",method="GET",status="200"} 1.0' in text


async def test_cancelling_closes_the_server_and_lets_no_wait_hold_it(tmp_path: Path) -> None:
    """A daemon that stops does not wait for a caller who waits; the port is free afterwards."""
    async with a_site(tmp_path) as site:
        other: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        serving = serve_web(site.world.app, host="127.0.0.1", port=0, on_ready=other.set_result)
        task = asyncio.get_running_loop().create_task(serving)
        address = await other
        asked = (await site.owner.post("/api/questions", json={"question": "Which?"})).json()["question_id"]
        async with httpx.AsyncClient(base_url=address, headers=site.owner.headers) as caller:
            waiting = asyncio.ensure_future(caller.get(f"/api/questions/{asked}", params={"wait": 60}))
            await caller.get("/healthz")
            task.cancel()
            await asyncio.wait([task, waiting])
            with pytest.raises(httpx.ConnectError):
                await caller.get("/healthz")
    assert task.cancelled()


async def test_a_taken_port_is_told(tmp_path: Path) -> None:
    """A second server on the same port is refused with the setting to change."""
    async with a_site(tmp_path) as site:
        port = int(site.address.rsplit(":", 1)[1])
        with pytest.raises(Refused, match="VIBE_HTTP__PORT"):
            await serve_web(site.world.app, host="127.0.0.1", port=port)
