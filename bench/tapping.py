"""How fast a tap decides over a real Bot API socket, and what an update costs. Needs Node (tests/telegram/emulator)."""

from __future__ import annotations

import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.figures import Figure
from tests.acceptance.world import World, a_world
from tests.edges.telegram.chats import configure, served
from tests.telegram.emulator import ANNA, Api, Phone, bot_api, phone_of
from vibe.app import App
from vibe.domain import taps
from vibe.domain.block_rows import create_blocks
from vibe.domain.blocks import Block, Kind
from vibe.domain.changes import Change
from vibe.domain.commands import PairPerson
from vibe.domain.events import Event
from vibe.domain.packets import Ask, canonical, digest_of
from vibe.kernel.submissions import Submission

TAPS = 200
WORDS = 2_000
GOAL_P99_MS, GOAL_CPU_MS = 100.0, 5.0


async def run() -> list[Figure]:
    """Measure decisions one at a time, and updates in bulk."""
    with bot_api() as api:
        if isinstance(api, str):
            return [Figure("tapping", 0, "", note=f"not measured: {api}")]
        with tempfile.TemporaryDirectory() as home:
            token = api.new_token()
            configure(Path(home), api, token)
            async with a_world(Path(home)) as world, phone_of(api, token) as phone:
                await world.command(PairPerson(f"telegram:{ANNA}", str(ANNA), "Anna"))
                async with served(world):
                    return [*await _decisions(world, phone), *await _updates(world, phone, api)]


async def _offer(app: App, number: int) -> str:
    """Put a ready proposal in; its digest."""
    packet = Ask(f"Question {number}?", ())
    properties: dict[str, Any] = {
        "number": number, "digest": digest_of(packet), "action": canonical(packet), "version": 1, "impact": "low",
        "proposalType": "knowledge", "effort": "low", "confidence": 0.9, "gapId": "none", "gapIds": [],
        "expiresMs": 2**52,
    }  # fmt: skip
    block = Block(f"p-{number}", Kind.PROPOSAL, f"Proposal {number}", "text", "ready", properties=properties)
    change = Change(
        effects=create_blocks([block], at=app.clock.now(), actor="owner:bench"),
        events=(Event("BenchOffered", block.id, {}),),
    )
    await app.gate.commit(Submission(change, f"offer {number}", "owner:bench", app.clock.now()))
    return digest_of(packet)


async def _decisions(world: World, phone: Phone) -> list[Figure]:
    digests = [await _offer(world.app, number) for number in range(1, TAPS + 1)]
    message = {"id": 1, "text": "x", "markup": {}}
    took_ms = []
    before = time.process_time()
    for number, digest in enumerate(digests, start=1):
        start = time.perf_counter()
        await phone.tap(message, taps.approve(number, digest))
        await _until(world.app, f"p-{number}")
        took_ms.append((time.perf_counter() - start) * 1000)
    cpu_ms = (time.process_time() - before) / TAPS * 1000
    p50, p99 = statistics.median(took_ms), statistics.quantiles(took_ms, n=100)[98]
    return [
        Figure("tap to decision committed, p50", p50, "ms", note=f"{TAPS} taps, one at a time"),
        Figure("tap to decision committed, p99", p99, "ms", f"< {GOAL_P99_MS:g} ms", p99 < GOAL_P99_MS),
        Figure("CPU a tap", cpu_ms, "ms", note="decision, answer and the tapping itself in one process"),
    ]


async def _until(app: App, proposal: str) -> None:
    while not await app.graph.read("decisions/verdict", proposal=proposal):
        await app.wakeup.wait(app.clock.now())  # until the next commit


async def _updates(world: World, phone: Phone, api: Api) -> list[Figure]:
    del api
    update: Mapping[str, Any] = {"edited_message": phone.message("edited")}
    before, memory = time.process_time(), _memory_mb()
    for _ in range(WORDS):
        await phone.update(update, quietly=True)
    sent = time.process_time()
    last = await phone.say("/help")
    await phone.heard("What you can say")
    done = time.process_time()
    while any(row["n"] <= last for row in await world.app.inbox.waiting()):
        await asyncio.sleep(0)
    cpu_ms = (done - sent) / WORDS * 1000
    return [
        Figure("CPU an update that decides nothing", cpu_ms, "ms", f"< {GOAL_CPU_MS:g} ms", cpu_ms < GOAL_CPU_MS,
               note=f"{WORDS} updates in batches of 100; sending them took {sent - before:.1f} s more"),
        Figure("memory grown over them", _memory_mb() - memory, "MB"),
    ]  # fmt: skip


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
