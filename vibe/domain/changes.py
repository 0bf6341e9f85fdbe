"""A change: what a handler wants written, and what must still hold when it is.

Handlers think, the ledger writes. A `Change` is plain data: nothing in it can run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vibe.domain.events import Event

Rows = tuple[Mapping[str, Any], ...]


class _Number:
    """Stands for the next proposal number; the ledger puts the number in its place when it commits."""

    def __repr__(self) -> str:
        return "NUMBER"


NUMBER = _Number()


@dataclass(frozen=True, slots=True)
class After:
    """Holds when the property is an instant later than `moment`."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class OneOf:
    """Holds when the property has one of these values."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Expect:
    """What must hold of one node for the change to be written.

    `where` maps property names (as in the graph) to a value, `None` (must be unset), `OneOf` or `After`.
    With `exists=False` there must be no such node.
    """

    label: str
    id: str
    where: Mapping[str, Any] = field(default_factory=dict)
    exists: bool = True

    def broken_by(self, found: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Return what was found instead, or None when everything holds."""
        if found is None:
            return {"exists": False} if self.exists else None
        if not self.exists:
            return {"exists": True}
        return {name: found.get(name) for name, want in self.where.items() if not _holds(found.get(name), want)} or None


def _holds(value: Any, want: Any) -> bool:
    if isinstance(want, OneOf):
        return value in want.values
    if isinstance(want, After):
        return value is not None and value > want.moment
    return bool(value == want)


def expect(label: str, identity: str, **where: Any) -> Expect:
    """Expect a node to exist with these properties."""
    return Expect(label, identity, where)


def absent(label: str, identity: str) -> Expect:
    """Expect that there is no such node."""
    return Expect(label, identity, exists=False)


@dataclass(frozen=True, slots=True)
class Effect:
    """One named write query with its rows (at most 5,000); a `set` query's rows carry the `id` they set."""

    query: str
    rows: Rows

    def __init__(self, query: str, *rows: Mapping[str, Any]) -> None:
        object.__setattr__(self, "query", query)
        object.__setattr__(self, "rows", tuple(rows))


@dataclass(frozen=True, slots=True)
class Approval:
    """The leave a tier-2 write or act rests on: which proposal, and the digest that was approved."""

    proposal_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one handler wants written, all of it or nothing.

    Attributes:
        expects: every node the handler relied on, and what must hold of it.
        effects: write queries with rows; state moves are among them.
        events: what happened; the first carries the writes in its ledger entry. Effects without any event
            are only right for bookkeeping.
        answer: what a command gets back; plain JSON data.
        approval: the leave it rests on, where a tier asks for one.
    """

    expects: tuple[Expect, ...] = ()
    effects: tuple[Effect, ...] = ()
    events: tuple[Event, ...] = ()
    answer: Mapping[str, Any] = field(default_factory=dict)
    approval: Approval | None = None

    def __add__(self, other: Change) -> Change:
        """Join two changes into one; the answers are merged, one approval at most."""
        return Change(
            self.expects + other.expects,
            self.effects + other.effects,
            self.events + other.events,
            {**self.answer, **other.answer},
            self.approval or other.approval,
        )


NOTHING = Change()
