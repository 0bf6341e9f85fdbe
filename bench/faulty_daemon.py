"""`python -m bench.faulty_daemon HOME`: the daemon without its web server, to be killed at random moments."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import structlog

from vibe.bootstrap import open_app, serve_telegram


async def main(home: Path) -> None:
    """Serve until killed."""
    async with open_app(home) as app:
        print("ready", flush=True)
        async with asyncio.TaskGroup() as group:
            group.create_task(app.serve_loop(), name="loop")
            group.create_task(serve_telegram(app), name="telegram")


if __name__ == "__main__":
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(main(Path(sys.argv[1])))
