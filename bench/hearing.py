"""What an update costs the daemon alone: emulator, tapping person and store are processes of their own."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.offering import offer
from bench.served import Daemon, a_daemon
from tests.edges.telegram.chats import configure
from tests.telegram.emulator import ANNA, Api, Phone, phone_of
from vibe.bootstrap import open_app
from vibe.domain import taps

TAPS, WORDS, FIRST = 200, 10_000, 2_000
TOGETHER = 50
LOOK_S, IDLE_S = 0.05, 3.0
GOAL_CPU_MS, GOAL_GROWN_MB = 5.0, 5.0


async def run(api: Api) -> list[Figure]:
    """Measure taps that decide, then updates that decide nothing."""
    with tempfile.TemporaryDirectory() as folder:
        home, token = Path(folder), api.new_token()
        configure(home, api, token)
        with (home / "config.toml").open("a") as config:
            config.write(f"approvers = [{ANNA}]\n")
        async with a_daemon(home) as daemon, phone_of(api, token) as phone:
            await phone.say("/help")
            await phone.heard("What you can say")
            idle = await _idle(daemon)
            return [await _deciding(home, daemon, phone, idle), *await _updates(daemon, phone, idle)]


async def _idle(daemon: Daemon) -> float:
    """CPU seconds a second that it uses while nothing happens."""
    before = daemon.cpu_s
    await asyncio.sleep(IDLE_S)
    return (daemon.cpu_s - before) / IDLE_S


async def _deciding(home: Path, daemon: Daemon, phone: Phone, idle: float) -> Figure:
    async with open_app(home) as app:
        digests = [await offer(app, number) for number in range(1, TAPS + 1)]
        await asyncio.sleep(1)
        message: dict[str, Any] = {"id": 1, "text": "x", "markup": {}}
        before, start = daemon.cpu_s, time.perf_counter()
        for number, digest in enumerate(digests, start=1):
            await phone.tap(message, taps.reject(number, digest, taps.RejectWhy.NOT_NOW))
        while len(await app.graph.read("proposals/list", statuses=["rejected"], after=0, limit=1000)) < TAPS:
            await asyncio.sleep(LOOK_S)
        used = daemon.cpu_s - before - idle * (time.perf_counter() - start)
    cpu_ms = used / TAPS * 1000
    note = f"{TAPS} taps; the daemon's process alone, less what it uses idle; what follows a decision included"
    return Figure("CPU of a deciding update", cpu_ms, "ms", f"< {GOAL_CPU_MS:g} ms", cpu_ms < GOAL_CPU_MS, note=note)


async def _updates(daemon: Daemon, phone: Phone, idle: float) -> list[Figure]:
    await _send(phone, FIRST, 2)
    memory, before, start = daemon.memory_mb, daemon.cpu_s, time.perf_counter()
    await _send(phone, WORDS, 3)
    used = daemon.cpu_s - before - idle * (time.perf_counter() - start)
    cpu_ms, grown = used / WORDS * 1000, daemon.memory_mb - memory
    note = f"{WORDS} updates in batches of 100; the daemon's process alone"
    return [
        Figure("CPU of an update that decides nothing", cpu_ms, "ms", f"< {GOAL_CPU_MS:g} ms", cpu_ms < GOAL_CPU_MS,
               note=note),
        Figure(f"memory grown over {WORDS} updates", grown, "MB", f"< {GOAL_GROWN_MB:g} MB", grown < GOAL_GROWN_MB,
               note=f"after {FIRST} to warm up it held {memory:.0f} MB"),
    ]  # fmt: skip


async def _send(phone: Phone, count: int, nth: int) -> None:
    """Send updates that decide nothing, and wait until they were dealt with."""
    for _ in range(count // TOGETHER):
        edited = {"edited_message": phone.message("edited")}
        await asyncio.gather(*(phone.update(edited, quietly=True) for _ in range(TOGETHER)))
    await phone.say("/help")
    while True:
        try:
            await phone.heard("What you can say", nth)
            return
        except AssertionError:
            continue  # it is not through with them yet
