"""How long it takes to be ready: cold, with a long ledger, beside a running daemon, and `vibe --help`."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure, median
from bench.writing import a_submission
from vibe.bootstrap import open_app

VIBE = [sys.executable, "-m", "vibe"]
LEDGER = 100_000


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def environment(home: Path, port: int) -> dict[str, str]:
    """The environment of a program that works on this home."""
    return os.environ | {"VIBE_HOME": str(home), "VIBE_HTTP__PORT": str(port)}


def timed(command: list[str], env: dict[str, str]) -> float:
    """Seconds that a whole process takes."""
    start = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def started(home: Path) -> tuple[subprocess.Popen[str], float, dict[str, str]]:
    """Start the daemon and wait for its word that it is ready."""
    env = environment(home, free_port())
    start = time.perf_counter()
    daemon = subprocess.Popen(
        [*VIBE, "run"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    assert daemon.stdout is not None
    for line in daemon.stdout:
        if re.search("is ready", line):
            break
    return daemon, time.perf_counter() - start, env


def stopped(daemon: subprocess.Popen[str]) -> float:
    """Seconds from SIGTERM to the end."""
    start = time.perf_counter()
    daemon.send_signal(signal.SIGTERM)
    daemon.wait(30)
    return time.perf_counter() - start


async def fill(home: Path, count: int) -> None:
    """Make a long ledger."""
    async with open_app(home) as app:
        for at in range(0, count, 2_000):
            await asyncio.gather(*(app.gate.commit(a_submission(app, f"fill-{at + n}")) for n in range(2_000)))


async def run() -> list[Figure]:
    """Measure whole processes, as a person would wait for them."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        daemon, cold_s, env = started(home)
        reads = [timed([*VIBE, "plans", "--json"], env) for _ in range(5)]
        stop_s = stopped(daemon)
        helps = [timed([*VIBE, "--help"], env) for _ in range(5)]
        time.sleep(3)  # the store ends two seconds after its last user, so the next start is cold again
        restarts = []
        for _ in range(2):
            daemon, ready_s, _ = started(home)
            restarts.append(ready_s)
            stopped(daemon)
            time.sleep(3)
        await fill(home, LEDGER)
        time.sleep(3)
        daemon, long_s, _ = started(home)
        stopped(daemon)
    again_s = median(restarts)
    return [
        Figure("ready from a cold start, empty home", cold_s, "s", "< 10 s", cold_s < 10),
        Figure("ready again", again_s, "s"),
        Figure(
            f"ready with {LEDGER} ledger entries",
            long_s,
            "s",
            "<= 1 s longer",
            long_s <= again_s + 1,
            again_s,
            long_s / again_s,
        ),
        Figure("stop on SIGTERM", stop_s, "s", "< 5 s", stop_s < 5),
        Figure("a read command beside a daemon", median(reads), "s", "< 1.5 s", median(reads) < 1.5),
        Figure("vibe --help", median(helps), "s", "< 0.7 s", median(helps) < 0.7),
    ]
