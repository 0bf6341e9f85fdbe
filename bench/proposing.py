"""Proposing: own CPU and time of a gap that is drafted and checked by rules."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from vibe.bootstrap import Given, open_app
from vibe.domain.blocks import Block, Kind
from vibe.domain.commands import AnalyseNow
from vibe.domain.plans import Format, PlanReading
from vibe.settings import read_settings

GAPS = 40


def a_plan() -> PlanReading:
    """Assumptions that each rest on nothing, each about something else."""
    things = ("pump", "harbour", "library", "tram", "orchard", "laboratory", "bridge", "kiln")
    blocks = tuple(
        Block(
            f"a{n}", Kind.ASSUMPTION, f"The {things[n % 8]} of district {n} opens within {n + 6} months",
            f"The {things[n % 8]} of district {n} costs {n + 20},000 EUR and opens within {n + 6} months.",
            properties={"validationMethod": f"Ask the builder of district {n} for a dated offer."},
        )
        for n in range(GAPS)
    )  # fmt: skip
    return PlanReading("bench", "A plan for measuring", Format.EXCHANGE, blocks, ())


async def run() -> list[Figure]:
    """Draft and check forty gaps in one cycle."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "config.toml").write_text(f"[proposals]\nopen_max = {GAPS}\ndrafted_a_cycle = {GAPS}\n")
        async with open_app(home, Given(settings=read_settings(home))) as app:
            await app.import_plan(a_plan(), actor="owner:bench")
            start, cpu = time.perf_counter(), time.process_time()
            receipt = await app.execute(AnalyseNow(draft=True), actor="owner:bench")
            await app.settle(receipt.root)
            took_s, own_s = time.perf_counter() - start, time.process_time() - cpu
            ready = await app.graph.read("proposals/list", statuses=["ready"], after=0, limit=1000)
    count = max(len(ready), 1)
    own_ms = own_s / count * 1000
    return [
        Figure("own CPU a drafted and checked gap", own_ms, "ms", "< 100 ms", own_ms < 100, note=f"{count} gaps"),
        Figure("time a drafted and checked gap", took_s / count * 1000, "ms"),
    ]
