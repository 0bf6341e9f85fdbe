"""How fast it is told whether a draft is like one of 10,000 rejections, by both measures, beside the bare libraries.

Every look-up is of a title nobody asked about before. The rejections are read once, as a cycle does;
their vectors are made beforehand, as a home keeps them.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure, median
from vibe.domain.likeness import Wording
from vibe.edges.likeness.minilm import MiniLmLikeness, is_installed
from vibe.edges.likeness.words import WordLikeness
from vibe.ports.inward import Likeness

REJECTIONS, LOOKUPS, GOAL_MS = 10_000, 40, 20.0
DEEDS = ("Measure", "Replace", "Publish", "Insure", "Cut", "Move", "Open", "Train")
THINGS = ("boiler", "newsletter", "lease", "menu", "backup", "roof", "archive", "ticket desk", "well", "van")
PLACES = ("school", "harbour", "museum", "clinic", "orchard", "depot", "library", "mill", "station", "dairy")
ENDS = ("before winter", "for six weeks", "with two offers", "on Sundays", "by the board")


def titles(count: int, first: int = 0) -> list[str]:
    """So many titles, each its own."""
    found = []
    for number in range(first, first + count):
        deed, rest = DEEDS[number % 8], number // 8
        thing, rest = THINGS[rest % 10], rest // 10
        place, rest = PLACES[rest % 10], rest // 10
        end, rest = ENDS[rest % 5], rest // 5
        found.append(f"{deed} the {thing} of the {place} {end}" + (f" in ward {rest}" if rest else ""))
    return found


async def run() -> list[Figure]:
    """Measure both measures."""
    found = await _measured(WordLikeness(), _bare_words)
    if is_installed():
        with tempfile.TemporaryDirectory() as folder:
            likeness = MiniLmLikeness(Path(folder) / "vectors.sqlite")
            found += await _measured(likeness, _bare_vectors)
            likeness.close()
    return found


async def _measured(likeness: Likeness, bare: Callable[[], float]) -> list[Figure]:
    wordings = tuple(map(Wording, titles(REJECTIONS)))
    began = time.perf_counter()
    await likeness.scores(Wording("The first look-up"), wordings)
    first_s = time.perf_counter() - began
    taken = []
    for title in titles(LOOKUPS, first=REJECTIONS + 17):
        began = time.perf_counter()
        await likeness.scores(Wording(title), wordings)
        taken.append((time.perf_counter() - began) * 1000)
    value, limit = median(taken), bare()
    worst = sorted(taken)[int(0.95 * len(taken))]
    note = f"p95 {worst:.1f} ms; the first, which makes what is kept, {first_s:.1f} s"
    return [
        Figure(
            f"like one of {REJECTIONS:,} rejections, {likeness.name}", value, "ms", f"< {GOAL_MS:.0f} ms",
            value < GOAL_MS, limit, value / limit, note,
        )
    ]  # fmt: skip


def _bare_words() -> float:
    """One comparison of a title with all, by rapidfuzz alone."""
    from rapidfuzz import fuzz, process

    others = titles(REJECTIONS)
    taken = []
    for title in titles(9, first=20_000):
        began = time.perf_counter()
        process.cdist([title], others, scorer=fuzz.token_sort_ratio)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def _bare_vectors() -> float:
    """One product of 10,000 by 384 numbers with a vector, and one text embedded: what no look-up can do without."""
    import numpy as np

    likeness = MiniLmLikeness()
    matrix = np.random.default_rng(1).random((REJECTIONS, 384), dtype=np.float32)
    taken = []
    for title in titles(9, first=20_000):
        began = time.perf_counter()
        matrix @ likeness._vector(title)  # noqa: SLF001 - the bare model, without what is kept
        taken.append((time.perf_counter() - began) * 1000)
    likeness.close()
    return median(taken)
