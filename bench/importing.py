"""Importing: the largest real run, and the exchange format."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from bench.figures import Figure, median
from vibe.bootstrap import open_app
from vibe.plans.formats import read_plan

RUNS = Path(os.environ.get("VIBE_TEST_PLANEXE", Path(__file__).parents[2] / "shared" / "data" / "planexe"))


async def run() -> list[Figure]:
    """Import the largest run there is, three times into an empty graph."""
    runs = sorted(
        RUNS.glob("*/"), key=lambda path: sum(file.stat().st_size for file in path.iterdir() if file.is_file())
    )
    if not runs:
        return [Figure("import of the largest run", float("nan"), "s", "< 5 s", None, note="planexe data absent")]
    reads, writes, again = [], [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            async with open_app(Path(folder)) as app:
                start = time.perf_counter()
                reading = read_plan(runs[-1])
                reads.append(time.perf_counter() - start)
                await app.import_plan(reading, actor="owner:bench")
                writes.append(time.perf_counter() - start)
                start = time.perf_counter()
                await app.import_plan(reading, actor="owner:bench")
                again.append(time.perf_counter() - start)
    count = len(reading.blocks)
    return [
        Figure(f"reading the largest run ({count} blocks)", median(reads), "s"),
        Figure(f"import of the largest run ({count} blocks)", median(writes), "s", "< 5 s", median(writes) < 5),
        Figure("import of the same again", median(again), "s"),
    ]
