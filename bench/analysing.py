"""Analysing: everything at several sizes beside the bare queries, and after one event, which must stay flat."""

from __future__ import annotations

from bench.figures import Figure
from bench.gaps import GOAL_EVENT_MS, GOAL_RATIO
from bench.gaps import run as measure

SIZES = (10_000, 100_000)
LARGE = 1_000_000
FLAT = 2.0


async def run(large: bool = False) -> list[Figure]:
    """Measure at 10,000 and 100,000 blocks, at a million too if asked."""
    found = await measure([*SIZES, LARGE] if large else list(SIZES))
    figures: list[Figure] = []
    for size in found["sizes"]:
        name, note = f"{size['blocks']:,} blocks", f"{size['gaps']} gaps, {size['links']:,} links"
        ratio, event = size["full_to_bare_ratio"], size["event_ms"]
        figures += [
            Figure(
                f"full analysis, nothing new, {name}", size["full_ms"], "ms", f"<= {GOAL_RATIO} x the bare queries",
                size["full_goal_met"], size["bare_ms"], ratio, note,
            ),
            Figure(f"first analysis, all gaps written, {name}", size["first_full_ms"], "ms"),
            Figure(
                f"analysis after one event, a gap opens or closes, {name}", event, "ms", f"< {GOAL_EVENT_MS:g} ms",
                size["event_goal_met"], size["two_bare_commits_ms"], event / size["two_bare_commits_ms"],
                "two commits included; limit: two bare commits of one node",
            ),
            Figure(f"analysis after one event, nothing changes, {name}", size["event_changing_nothing_ms"], "ms"),
        ]  # fmt: skip
    growth = found["event_growth_ratio"]
    figures.append(
        Figure("one event, largest graph against smallest", growth, "x", f"flat (< {FLAT:g})", growth < FLAT)
    )
    return figures
