"""The two calls that busy agents make all day: ask for work, report. Plain Starlette routes, decoded by msgspec.

They cost a third of what a FastAPI route does. `HotFirst` tries them before the application; `documenting` writes them
into its OpenAPI document by hand, so that they are documented and tested like every other call.

Source: STACK ("web API"), SPEC section 7, ADR 0015.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from vibe.domain.canonical import sha256_of
from vibe.domain.commands import ReportEvents
from vibe.domain.errors import Unprocessable, VibeError
from vibe.domain.events import EventType
from vibe.domain.identities import derived_id
from vibe.edges.http.agent_routes import LOOK_EVERY_S, Idle
from vibe.edges.http.problems import problem, problem_of
from vibe.edges.http.requests import LONGEST_WAIT_S
from vibe.kernel.bells import rings
from vibe.kernel.desk import Desk
from vibe.kernel.watching import Watch

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Ratio = Annotated[float, Meta(ge=0, le=1)]
SIGNATURE = "x-vibe-signature"
SIGNED = re.compile("[0-9a-fA-F]{128}")
Endpoint = Callable[[Request], Awaitable[Response]]
_encode = msgspec.json.Encoder().encode


class Waiting(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """On whom or what a task waits, and until when at most."""

    on: Annotated[str, Meta(max_length=300)] = ""
    until: str | None = None


class Report(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What an agent says about a task; words are taken in any case."""

    event_type: Annotated[str, Meta(max_length=40)]
    task_id: Id
    event_id: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    status: Annotated[str, Meta(max_length=1_000)] | None = None
    output_data: Any = None
    confidence: Ratio | None = None
    progress_ratio: Ratio | None = None
    attempt: Annotated[int, Meta(ge=1, le=2**31)] | None = None
    waiting: Waiting | None = None
    cost_usd: Annotated[float, Meta(ge=0, le=1_000_000)] | None = None


class Reports(msgspec.Struct, forbid_unknown_fields=True):
    """Up to a thousand reports at once."""

    events: Annotated[list[Report], Meta(min_length=1, max_length=1_000)]


class _Which(msgspec.Struct):
    """Tells an array from a single report."""

    events: msgspec.Raw = msgspec.Raw()


_which = msgspec.json.Decoder(_Which).decode
_one = msgspec.json.Decoder(Report).decode
_many = msgspec.json.Decoder(Reports).decode


def read_reports(body: bytes) -> tuple[list[Report], bool]:
    """The reports in a body, and whether it is one alone.

    Raises:
        msgspec.ValidationError, msgspec.DecodeError: it is not of that shape; the message says where.
    """
    alone = not bytes(_which(body).events)
    reports = [_one(body)] if alone else _many(body).events
    for report in reports:
        report.event_type = report.event_type.strip().lower()
    return reports, alone


def hot_routes(desk: Desk, watch: Watch) -> list[Route]:
    """Both routes."""
    idle = Idle(desk)

    async def events(request: Request) -> Response:
        body = await request.body()
        reports, alone = read_reports(body)
        actor, execution = request.state.actor, request.path_params["identity"]
        ids = [report.event_id for report in reports]
        key = derived_id(actor, execution, *map(str, ids)) if all(ids) else None
        command = ReportEvents(execution, tuple(msgspec.to_builtins(reports)), alone, _signed(request, body))
        receipt = await desk.execute(command, actor=actor, key=key)
        return _json({**receipt.answer, "last_seq": receipt.seqs[-1] if receipt.seqs else watch.seq})

    async def work(request: Request) -> Response:
        agent, actor = request.path_params["agent_id"], request.state.actor
        wait = msgspec.convert(request.query_params.get("wait", "0"), _Wait, strict=False)
        until = desk.clock.now() + timedelta(seconds=wait)
        with desk.bells.waiting(EventType.TASKS_MOVED, EventType.EXECUTION_MOVED) as bell:
            answer = await idle.claim(agent, actor)
            while answer["task"] is None and (left := (until - desk.clock.now()).total_seconds()) > 0:
                await rings(bell, min(left, LOOK_EVERY_S))
                answer = await idle.claim(agent, actor)
        return _json(answer)

    return [
        Route("/api/executions/{identity}/events", _answered(events), methods=["POST"]),
        Route("/api/agents/{agent_id}/work", _answered(work), methods=["GET"]),
    ]


_Wait = Annotated[float, Meta(ge=0, le=LONGEST_WAIT_S, description="Seconds to wait for news; up to 60.")]


def _signed(request: Request, body: bytes) -> dict[str, str]:
    """An agent's own signature, over the SHA-256 (hex) of the body as it came; empty where it gave none.

    Raises:
        Unprocessable: it is no Ed25519 signature.
    """
    signature = request.headers.get(SIGNATURE)
    if signature is None:
        return {}
    if not SIGNED.fullmatch(signature):
        raise Unprocessable("128 hex digits belong here (Ed25519; see docs/agents.md)", field=SIGNATURE)
    return {"sha256": sha256_of(body), "signature": signature}


def _json(answer: object) -> Response:
    return Response(_encode(answer), media_type="application/json")


def _answered(endpoint: Endpoint) -> Endpoint:
    """Answer what goes wrong with a problem document, as the application does."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except VibeError as error:
            return problem_of(error)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:  # a ValidationError is one, too
            what, _, where = str(error).partition(" - at `")
            field = where.removeprefix("$").rstrip("`").strip(".") or "(root)"
            return problem(422, f"{field}: {what}", word="bad-input", field=field)

    return answered


class HotFirst:
    """Tries the hot routes, then hands on to the application."""

    def __init__(self, app: ASGIApp, routes: Sequence[Route]) -> None:
        self._app, self._routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            for route in self._routes:
                match, child = route.matches(scope)
                if match is Match.FULL:
                    scope.update(child)
                    await route.handle(scope, receive, send)
                    return
        await self._app(scope, receive, send)
