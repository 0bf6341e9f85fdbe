"""The web server: the API, signing in, health, and whatever is mounted beside them (the pages), behind one guard.

It lives in the daemon's own event loop: no signal handlers of its own, no processes; cancelling `serve_web` stops it
within five seconds. The only module that imports uvicorn.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Generator, Sequence

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp

from vibe import __version__
from vibe.domain.errors import Refused
from vibe.edges.http.agent_callers import AgentCallers
from vibe.edges.http.agent_routes import admitting_routes, agent_routes, working_routes
from vibe.edges.http.block_routes import block_routes
from vibe.edges.http.callers import Callers
from vibe.edges.http.documenting import document
from vibe.edges.http.execution_routes import bringing_routes, execution_routes, following_routes
from vibe.edges.http.gap_routes import gap_routes
from vibe.edges.http.guarding import LARGEST_BODY_BYTES, Guard
from vibe.edges.http.health import Figures, health_routes
from vibe.edges.http.hot_routes import HotFirst, hot_routes
from vibe.edges.http.problems import answer_bug, answer_with_problems, problem
from vibe.edges.http.proposal_routes import proposal_routes
from vibe.edges.http.question_routes import question_routes
from vibe.edges.http.signing_in import Entrance
from vibe.edges.http.stream import stream_routes
from vibe.edges.http.ticket_routes import team_routes, ticket_routes
from vibe.kernel.desk import Desk
from vibe.kernel.watching import Watch

Mount = Callable[[FastAPI, Desk, Watch], None]
"""Adds something to the site, last of all (`edges.pages.mount_pages`)."""
STOPS_WITHIN_S = 3


def build_web(desk: Desk, mounts: Sequence[Mount] = ()) -> ASGIApp:
    """Build the whole site for one home."""
    app = FastAPI(title="Vibe", version=__version__, openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    callers = Callers(desk.home, desk.settings.http, desk.clock)
    agents = AgentCallers(desk)
    figures = Figures(desk)
    watch = Watch(desk.graph, desk.clock)
    for router in (
        health_routes(desk, figures),
        Entrance(callers, desk.clock).router,
        gap_routes(desk),
        proposal_routes(desk),
        question_routes(desk),
        block_routes(desk),
        agent_routes(desk),
        admitting_routes(desk),
        working_routes(desk),
        execution_routes(desk),
        following_routes(desk),
        bringing_routes(desk),
        ticket_routes(desk),
        team_routes(desk),
        stream_routes(desk),
    ):
        app.include_router(router)
    app.add_api_route("/api/{rest:path}", _no_such_call, methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                      include_in_schema=False)  # fmt: skip
    answer_with_problems(app)
    for mount in mounts:
        mount(app, desk, watch)
    document(app)
    site = ServerErrorMiddleware(HotFirst(app, hot_routes(desk, watch)), answer_bug)
    return Guard(site, callers, agents, figures.count)


async def _no_such_call(rest: str) -> JSONResponse:
    return problem(404, f"there is no call /api/{rest} of this method; /api/openapi.json lists them")


class _Server(uvicorn.Server):
    """Leaves signals to the daemon, and tells when requests are answered."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """Open the socket to listen on; port 0 is any free one.

    Raises:
        Refused: the port is taken or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(2048)
    except OSError as error:
        opened.close()
        text = f"cannot listen on {host}:{port} ({error.strerror}); set VIBE_HTTP__PORT to another port"
        raise Refused(text) from error
    return opened


async def serve_web(
    desk: Desk,
    *,
    host: str,
    port: int,
    on_ready: Callable[[str], None] = lambda _: None,
    mounts: Sequence[Mount] = (),
) -> None:
    """Serve until cancelled.

    Args:
        on_ready: called once with the address when requests are answered.

    Raises:
        Refused: the port is taken.
    """
    opened = listen(host, port)
    config = uvicorn.Config(
        build_web(desk, mounts),
        loop="none",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=LARGEST_BODY_BYTES,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOPS_WITHIN_S,
    )
    shown = f"[{host}]" if ":" in host else host
    server = _Server(config, lambda: on_ready(f"http://{shown}:{opened.getsockname()[1]}"))
    try:
        await server.serve(sockets=[opened])
    finally:
        if server.started and not server.should_exit:  # cancelled: close what is open, briefly
            await server.shutdown(sockets=[opened])
        opened.close()
