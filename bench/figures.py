"""Figures: what was measured, beside the limit measured in the same run, and whether the goal was met."""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `value` in `unit`; `limit` is what the bare machine reached in the same run; `goal` in words."""

    name: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None
    limit: float | None = None
    ratio: float | None = None
    note: str = ""


def median(values: Iterable[float]) -> float:
    """The median; machines are noisy, so never a single run."""
    return statistics.median(values)


def write(part: str, figures: list[Figure]) -> None:
    """Keep a part's figures under `bench/results/` and print them."""
    RESULTS.mkdir(exist_ok=True)
    machine = {"machine": platform.machine(), "python": platform.python_version(), "cores": 2}
    document = {"part": part, **machine, "figures": [asdict(figure) for figure in figures]}
    (RESULTS / f"{part}.json").write_text(json.dumps(document, indent=1) + "\n")
    for figure in figures:
        print(line(figure), flush=True)


def line(figure: Figure) -> str:
    """One figure as one line."""
    mark = {True: "met", False: "MISSED", None: ""}[figure.met]
    limit = f"  limit {figure.limit:.5g} ({figure.ratio:.2f}x)" if figure.limit is not None and figure.ratio else ""
    goal = f"  goal {figure.goal} {mark}" if figure.goal else ""
    note = f"  [{figure.note}]" if figure.note else ""
    return f"{figure.name:<58} {figure.value:>10.5g} {figure.unit}{limit}{goal}{note}"
