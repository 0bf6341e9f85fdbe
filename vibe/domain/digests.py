"""Digests: what waits for the person, in one short message. Pure.

At most five items, what is contradicted first, then by theme (type of gap) and impact; a header says how well the plan
is grounded. The same items are shown on the page and sent elsewhere, except what comes from the sample.

Source: SPEC section 5 (digest), document 003 section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CONTRADICTED = "contradicted"
IMPACTS = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal in a digest; `sample` is one that never leaves this machine."""

    id: str
    number: int
    version: int
    title: str
    digest: str
    impact: str
    gap_type: str
    score: int
    sample: bool

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Item:
        """Read one row of `notifications/unsent`."""
        return cls(
            id=row["id"],
            number=row["number"],
            version=row["version"] or 1,
            title=row["title"],
            digest=row["digest"],
            impact=row["impact"],
            gap_type=row["gap_type"],
            score=row["score"],
            sample=bool(row["sample"]),
        )

    def told(self) -> dict[str, Any]:
        """As plain data, for whoever shows it."""
        return {
            "number": self.number,
            "title": self.title,
            "digest": self.digest,
            "impact": self.impact,
            "gap_type": self.gap_type,
            "sample": self.sample,
        }


def chosen(items: Sequence[Item], most: int) -> list[Item]:
    """The items of one digest: contradicted first, the gravest theme next, by impact within a theme."""
    gravest = {theme: max(item.score for item in items if item.gap_type == theme) for theme in _themes(items)}

    def place(item: Item) -> tuple[bool, int, str, int, int]:
        theme = item.gap_type
        return (theme != CONTRADICTED, -gravest[theme], theme, IMPACTS.get(item.impact, 3), item.number)

    return sorted(items, key=place)[:most]


def _themes(items: Sequence[Item]) -> list[str]:
    return list(dict.fromkeys(item.gap_type for item in items))


@dataclass(frozen=True, slots=True)
class Grounding:
    """How many active decisions and assumptions there are, and how many rest on evidence."""

    claims: int
    grounded: int


def header_of(now: Grounding, before: int | None, waiting: int) -> str:
    """The header: `12 of 40 decisions and assumptions rest on evidence (+2), 3 wait`."""
    change = now.grounded - before if before is not None else 0
    return f"{now.grounded} of {now.claims} decisions and assumptions rest on evidence ({change:+d}), {waiting} wait"


def text_of(header: str, items: Sequence[Item], lapsed: Sequence[str], unasked: Sequence[str] = ()) -> str:
    """The whole message, by theme; `lapsed` and `unasked` are lines about what ended or was done without asking."""
    lines = [header]
    for theme in _themes(items):
        lines.append(f"{theme.replace('_', ' ').capitalize() or 'Other'}:")
        lines += [f"  {item.number}. {item.title} [{item.impact.upper()}]" for item in items if item.gap_type == theme]
    return "\n".join([*lines, *lapsed, *unasked])
