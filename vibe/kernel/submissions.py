"""What the ledger is handed, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vibe.domain.changes import Change, Effect, Expect
from vibe.domain.errors import Conflict
from vibe.domain.events import Entry
from vibe.domain.identities import derived_id


class StaleTurn(Conflict):
    """Another process delivers now; this one must stop delivering."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A change with who wants it and why.

    Attributes:
        base: what the entries' ids derive from: (cause, handler) for follow-ups, the outside's own id for commands.
            The same base again is the same change: it is done once and answers the same.
        cause, root: ids of the entries that led here; None for what comes from outside (its first entry is its own).
        epoch: the deliverer's epoch the change was made in; None where no turn is needed.
        books: bookkeeping that belongs to it (a delivery done); leaves no trace in the entry.
        guards: expectations of the bookkeeping, checked like the change's own.
        joined: roots of other entries that were handed over with this one; who waits for them waits for this too.
    """

    change: Change
    base: str
    actor: str
    at: datetime
    cause: str | None = None
    root: str | None = None
    epoch: int | None = None
    books: tuple[Effect, ...] = ()
    guards: tuple[Expect, ...] = ()
    joined: tuple[str, ...] = ()

    def entry_id(self, position: int) -> str:
        """The id of the change's nth entry."""
        return derived_id(self.base, position)

    @property
    def expects(self) -> tuple[Expect, ...]:
        """Everything that must hold."""
        return self.change.expects + self.guards


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a change: its root, its entries' numbers, its answer; `repeated` when it was there already."""

    root: str
    seqs: tuple[int, ...]
    answer: Mapping[str, Any]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the map: which handler an event wakes, and how.

    Attributes:
        handler: its name, `module.function`.
        debounce_s: how long its delivery waits for others to join.
        joins: all waiting deliveries of the handler are handed over at once.
        by_root: only those of the same root join, so that what follows is told under the root it belongs to.
        bound: how many of its deliveries run at the same time.
        only_if: which entries wake it; None is all.
    """

    handler: str
    debounce_s: float = 0.0
    joins: bool = False
    bound: int = 4
    by_root: bool = False
    only_if: Callable[[Entry], bool] | None = field(default=None, compare=False)
