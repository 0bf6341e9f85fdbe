"""Layout: where each block of a plan stands in its picture. Pure.

Blocks are grouped by kind, tasks by phase (their topmost task); a group is a titled box of equal cells, the boxes stand
in columns, each next box in the shortest one. So seven hundred blocks stay a map that can be read by zooming in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CELL_W, CELL_H, BETWEEN = 172, 44, 8
HEAD_H, PAD, APART = 34, 12, 22
MOST_ACROSS = 3
WIDE = 1.5
COLUMN_W = MOST_ACROSS * (CELL_W + BETWEEN) - BETWEEN + 2 * PAD
KINDS = {
    "NorthStar": "Goal",
    "Decision": "Decisions",
    "Assumption": "Assumptions",
    "Evidence": "Evidence",
    "Question": "Questions",
    "Knowledge": "Knowledge",
    "Capability": "Capabilities",
    "Artifact": "Artifacts",
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One block's place."""

    block: Row
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Group:
    """A titled box of cells."""

    title: str
    x: int
    y: int
    width: int
    height: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture."""

    width: int
    height: int
    groups: tuple[Group, ...]


def lay_out(blocks: Sequence[Row], links: Iterable[Row]) -> Layout:
    """Give every block its place, in as many columns as make the picture fill a screen best."""
    members = _grouped(blocks, links)
    heights = [_height(len(rows)) for _, rows in members]
    columns = max(range(1, max(2, len(members) + 1)), key=lambda count: _filling(heights, count))
    filled = [0] * columns
    groups = []
    for (title, rows), height in zip(members, heights, strict=True):
        column = filled.index(min(filled))
        x, y = column * (COLUMN_W + APART), filled[column]
        groups.append(Group(title, x, y, COLUMN_W, height, _cells(rows, x, y)))
        filled[column] += height + APART
    return Layout(_width(columns), max(filled) - APART if members else 0, tuple(groups))


def _width(columns: int) -> int:
    return columns * (COLUMN_W + APART) - APART


def _filling(heights: Sequence[int], columns: int) -> float:
    """How large the picture could be drawn on a screen of `WIDE` to 1 with this many columns."""
    filled = [0] * columns
    for height in heights:
        filled[filled.index(min(filled))] += height + APART
    return min(WIDE / _width(columns), 1 / max(*filled, 1))


def _height(count: int) -> int:
    return HEAD_H + math.ceil(count / MOST_ACROSS) * (CELL_H + BETWEEN) - BETWEEN + PAD


def _cells(rows: Sequence[Row], x: int, y: int) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            row,
            x + PAD + place % MOST_ACROSS * (CELL_W + BETWEEN),
            y + HEAD_H + place // MOST_ACROSS * (CELL_H + BETWEEN),
        )
        for place, row in enumerate(rows)
    )


def _grouped(blocks: Sequence[Row], links: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    by_kind: dict[str, list[Row]] = {}
    for row in blocks:
        by_kind.setdefault(row["kind"], []).append(row)
    found = [(title, _sorted(by_kind[kind])) for kind, title in KINDS.items() if kind in by_kind]
    return found + _phases(by_kind.get("Task", []), links)


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["title"] or "", row["id"]))


def _phases(tasks: Sequence[Row], links: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Tasks by their topmost task; those that stand alone are one group."""
    known = {row["id"]: row for row in tasks}
    above = {
        link["source"]: link["target"]
        for link in links
        if link["type"] == "PART_OF" and link["source"] in known and link["target"] in known
    }
    phases: dict[str, list[Row]] = {}
    for row in tasks:
        phases.setdefault(_top(row["id"], above), []).append(row)
    grouped = {top: rows for top, rows in phases.items() if len(rows) > 1}
    alone = [rows[0] for top, rows in phases.items() if top not in grouped]
    found = [(known[top]["title"] or top, _first(top, rows)) for top, rows in grouped.items()]
    return sorted(found, key=lambda item: item[0]) + ([("Tasks", _sorted(alone))] if alone else [])


def _top(identity: str, above: Mapping[str, str]) -> str:
    seen = {identity}
    while identity in above and above[identity] not in seen:
        identity = above[identity]
        seen.add(identity)
    return identity


def _first(top: str, rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["id"] != top, row["title"] or "", row["id"]))
