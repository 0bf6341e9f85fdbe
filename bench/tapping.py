"""Telegram and the founder's answers: how fast, how much, at what pace. Needs Node (tests/telegram/emulator)."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bench import answering, draining, hearing
from bench.figures import Figure
from bench.offering import offer
from tests.acceptance.world import World, a_world
from tests.edges.telegram.chats import configure, served
from tests.telegram.emulator import ANNA, Api, Phone, bot_api, phone_of
from vibe.app import App
from vibe.domain import taps
from vibe.domain.commands import PairPerson

TAPS = 200
GOAL_P99_MS = 100.0


async def run() -> list[Figure]:
    """Measure answers, taps, updates in bulk, and a full outbox."""
    answers = await answering.run()
    with bot_api() as api:
        if isinstance(api, str):
            return [*answers, Figure("tapping", 0, "", note=f"not measured: {api}")]
        return [*await _tapping(api), *answers, *await hearing.run(api), *await draining.run(api)]


async def _tapping(api: Api) -> list[Figure]:
    with tempfile.TemporaryDirectory() as home:
        token = api.new_token()
        configure(Path(home), api, token)
        async with a_world(Path(home)) as world, phone_of(api, token) as phone:
            await world.command(PairPerson(f"telegram:{ANNA}", str(ANNA), "Anna"))
            async with served(world):
                return await _decisions(world, phone)


async def _decisions(world: World, phone: Phone) -> list[Figure]:
    digests = [await offer(world.app, number) for number in range(1, TAPS + 1)]
    message = {"id": 1, "text": "x", "markup": {}}
    took_ms = []
    for number, digest in enumerate(digests, start=1):
        start = time.perf_counter()
        await phone.tap(message, taps.approve(number, digest))
        await _until(world.app, f"p-{number}")
        took_ms.append((time.perf_counter() - start) * 1000)
    p50, p99 = statistics.median(took_ms), statistics.quantiles(took_ms, n=100)[98]
    return [
        Figure("tap to decision committed, p50", p50, "ms", note=f"{TAPS} taps, one at a time"),
        Figure("tap to decision committed, p99", p99, "ms", f"< {GOAL_P99_MS:g} ms", p99 < GOAL_P99_MS),
    ]


async def _until(app: App, proposal: str) -> None:
    while not await app.graph.read("decisions/verdict", proposal=proposal):
        await app.wakeup.wait(app.clock.now())  # until the next commit
