"""Changes a second, single and grouped, against the same rows written by the bare driver."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.figures import Figure, median
from vibe import flow
from vibe.bootstrap import open_app
from vibe.domain.block_rows import create_blocks
from vibe.domain.blocks import Block, Kind
from vibe.domain.changes import Change
from vibe.domain.events import Event, EventType
from vibe.kernel.composing import compose, compose_deliveries
from vibe.kernel.submissions import Submission
from vibe.ports.inward import Transaction

GROUPED = 3_000
SINGLE = 300
ROUNDS = 3


def a_submission(app: Any, name: str) -> Submission:
    """A change that makes one block."""
    block = Block(name, Kind.KNOWLEDGE, f"Block {name}", "what it says, " * 20)
    now = app.clock.now()
    effects = create_blocks([block], at=now, actor="owner:bench")
    event = Event(EventType.BLOCKS_ADDED, name, {"ids": [name], "kinds": ["Knowledge"]})
    return Submission(Change(effects=effects, events=(event,)), name, "owner:bench", now)


async def ours(app: Any, tag: str, count: int, together: int) -> float:
    """Changes a second through the gate, `together` at a time."""
    submissions = [a_submission(app, f"{tag}-{n}") for n in range(count)]
    start = time.perf_counter()
    for at in range(0, count, together):
        await asyncio.gather(*(app.gate.commit(item) for item in submissions[at : at + together]))
    return count / (time.perf_counter() - start)


async def bare(app: Any, tag: str, count: int, together: int) -> float:
    """The same rows (blocks, entries, deliveries, counter) by the driver alone, composed beforehand."""
    groups = []
    for at in range(0, count, together):
        found = [
            compose(a_submission(app, f"{tag}-{n}"), app.catalog, at, "") for n in range(at, min(at + together, count))
        ]
        for position, item in enumerate(found):
            for entry in item.entries:
                entry["seq"] = -(hash(tag) % 10**6 * 10**6 + at + position) - 1  # apart from the real ledger's
        entries = [entry for item in found for entry in item.entries]
        blocks = [row for item in found for effect in item.effects for row in effect.rows]
        groups.append((blocks, entries, compose_deliveries(found, flow.routes())))
    start = time.perf_counter()
    for blocks, entries, deliveries in groups:

        async def work(tx: Transaction, rows: Any = (blocks, entries, deliveries)) -> None:
            counter = (await tx.run("ledger/lock", nonce=app.ids.new(), ids=[]))[0]
            await tx.run("blocks/create_knowledge", rows=rows[0])
            await tx.run("ledger/append", rows=rows[1])
            for at in range(0, len(rows[2]), 500):
                await tx.run("ledger/deliver", rows=rows[2][at : at + 500])
            kept = {name: counter[name] for name in ("n", "last_hash", "proposals", "writes")}
            await tx.run("ledger/advance", **kept)

        await app.graph.write(work)
    return count / (time.perf_counter() - start)


async def run() -> list[Figure]:
    """Measure both ways in turn, so that a noisy machine is noisy for both."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        async with open_app(Path(folder)) as app:
            await ours(app, "warm", 1_000, 500)
            for name, count, together in (("single", SINGLE, 1), ("grouped", GROUPED, 500)):
                pairs = [
                    (
                        await ours(app, f"o{name}{turn}", count, together),
                        await bare(app, f"b{name}{turn}", count, together),
                    )
                    for turn in range(ROUNDS)
                ]
                value, limit = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
                ratio = median(pair[0] / pair[1] for pair in pairs)
                figures.append(
                    Figure(f"{name} changes", value, "/s", ">= 0.8x the bare driver", ratio >= 0.8, limit, ratio)
                )
    return figures
