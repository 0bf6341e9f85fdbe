"""A 700-row import beside a thousand changes a second of another process, on one home."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.figures import Figure, median
from bench.other_process import Other
from vibe.app import App
from vibe.bootstrap import open_app
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.plans import Format, PlanReading

BLOCKS, LINKS = 400, 300
TIMES = 5


def a_plan(tag: str) -> PlanReading:
    """A plan of 700 rows: blocks and links between them."""
    blocks = tuple(
        Block(f"{tag}-{n}", Kind.KNOWLEDGE, f"Block {tag} {n}", "what it says, " * 20) for n in range(BLOCKS)
    )
    links = tuple(Link(LinkType.CONCERNS, f"{tag}-{n}", f"{tag}-{n + 1}") for n in range(LINKS))
    return PlanReading(tag, tag, Format.EXCHANGE, blocks, links)


async def _seconds(app: App, tag: str) -> float:
    start = time.perf_counter()
    await app.import_plan(a_plan(tag), actor="owner:bench")
    return time.perf_counter() - start


async def run() -> list[Figure]:
    """Import alone, then beside the other process, several times each."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with open_app(home) as app:
            alone = [await _seconds(app, f"alone{n}") for n in range(TIMES)]
            async with Other(home, "flood") as other:
                other.go()
                beside = [await _seconds(app, f"beside{n}") for n in range(TIMES)]
                flood = await other.answer()
    slowest, rate = max(beside), flood["count"] / flood["seconds"]
    return [
        Figure("700-row import alone", median(alone), "s"),
        Figure(
            "700-row import beside another process's changes, slowest",
            slowest,
            "s",
            "< 2 s",
            slowest < 2,
            median(alone),
            slowest / median(alone),
            note=f"{rate:.0f} changes/s meanwhile; median {median(beside):.2f} s of {TIMES}",
        ),
    ]
