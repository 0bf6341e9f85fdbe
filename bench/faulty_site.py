"""`python -m bench.faulty_site HOME PORT`: the daemon with its API, to be killed at random moments.

Its clock goes ahead by as many seconds as `HOME/ahead` says.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from vibe.app import App
from vibe.bootstrap import Given, open_app
from vibe.edges.clock import LocalWakeup, SystemClock

LOOK_S = 0.05


class ClockAhead(SystemClock):
    """A clock that somebody else moves."""

    def __init__(self, home: Path) -> None:
        self._file = home / "ahead"

    def now(self) -> datetime:
        """The time, moved."""
        return super().now() + timedelta(seconds=float(self._file.read_text()))

    async def sleep_until(self, when: datetime) -> None:
        """Return once it is time; looks often, as the clock may jump."""
        while (left := (when - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, LOOK_S))


async def main(home: Path, port: int) -> None:
    """Serve until killed."""
    clock = ClockAhead(home)
    async with open_app(home, Given(clock=clock, wakeup=LocalWakeup(clock))) as app:
        await serve(app, port)


async def serve(app: App, port: int) -> None:
    """The loop, and HTTP."""
    from vibe.edges.http.server import serve_web

    async with asyncio.TaskGroup() as group:
        group.create_task(app.serve_loop(), name="loop")
        ready = lambda address: print("ready", address, flush=True)  # noqa: E731
        group.create_task(serve_web(app, host="127.0.0.1", port=port, on_ready=ready), name="web")


if __name__ == "__main__":
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
