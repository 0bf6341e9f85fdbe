"""Figures of an evaluation: shares with Wilson intervals, and the area under the curve. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from vibe.domain.agreement import Z95, wilson


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its 95 % interval; `count` of `total` for a share, `total` alone for an area."""

    name: str
    value: float
    low: float
    high: float
    total: int
    count: int | None = None

    def as_json(self) -> dict[str, object]:
        """As `--json` prints it."""
        numbers = {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}
        return {"name": self.name, **numbers, "count": self.count, "total": self.total}


def share(name: str, hits: Iterable[bool]) -> Figure | None:
    """The share of hits with its Wilson interval; None where there is nothing to count."""
    found = list(hits)
    total, count = len(found), sum(found)
    if not total:
        return None
    low, high = wilson(count, total)
    return Figure(name, count / total, low, high, total, count)


def area(name: str, yes: Sequence[float], no: Sequence[float]) -> Figure | None:
    """How often a case that is one scores above a case that is none (AUC), with Hanley and McNeil's interval."""
    if not yes or not no:
        return None
    wins = sum((one > other) + 0.5 * (one == other) for one in yes for other in no)
    value = wins / (len(yes) * len(no))
    q1, q2 = value / (2 - value), 2 * value * value / (1 + value)
    spread = value * (1 - value) + (len(yes) - 1) * (q1 - value * value) + (len(no) - 1) * (q2 - value * value)
    half = Z95 * sqrt(max(spread, 0.0) / (len(yes) * len(no)))
    return Figure(name, value, max(0.0, value - half), min(1.0, value + half), len(yes) + len(no))


def kept(*figures: Figure | None) -> list[Figure]:
    """The figures there are."""
    return [figure for figure in figures if figure is not None]
