"""Ports for what the core needs: the graph, time, ids, chance, and being woken.

Every adapter of a port passes the same contract suite (`tests/contract`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from vibe.domain.likeness import Thresholds, Wording

Row = Mapping[str, Any]
"""One row of a query's answer, named as the query's `returns` says (snake_case); datetimes are aware UTC."""

T = TypeVar("T")


class Graph(Protocol):
    """Reading the graph by named queries (`cypher/<name>.cypher`)."""

    async def read(self, query: str, /, **params: Any) -> list[Row]:
        """Run a query whose mode is `read`.

        Raises:
            Transient: the store timed out or asked to try again; the caller's delivery is tried again.
            Unreachable: the store does not answer.
            KeyError: no query of that name, or parameters other than its header declares (a bug).
        """
        ...


class Transaction(Protocol):
    """One open write transaction."""

    async def run(self, query: str, /, **params: Any) -> list[Row]:
        """Run a named query of any mode inside the transaction."""
        ...


class Address(Protocol):
    """Where a store is, as an analyst's tool wants to know it."""

    @property
    def uri(self) -> str:
        """Its Bolt address."""
        ...

    @property
    def user(self) -> str:
        """Who to log in as."""
        ...

    @property
    def database(self) -> str | None:
        """Which of its databases; None is its default."""
        ...


class Store(Graph, Protocol):
    """The graph with its write side. Only `kernel.ledger` and bookkeeping in the kernel hold one."""

    async def write(self, work: Callable[[Transaction], Awaitable[T]], /) -> T:
        """Run `work` in one managed write transaction and commit it.

        `work` may run several times (conflicts, `ConstraintError`, transient errors are retried as a whole), so it
        does nothing but the transaction. On the embedded store the home's `store/writer.lock` is held meanwhile.

        Raises:
            Transient, Unreachable: as for `read`, after the bounded retries.
            Conflict: a unique constraint still refuses after the retries.
        """
        ...

    async def explain(self, query: str) -> str:
        """Have the server plan a named query without running it; the plan's outermost operator.

        Raises:
            Permanent: the server cannot run this query.
        """
        ...

    @property
    def address(self) -> Address:
        """Where it is."""
        ...


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The current instant, aware UTC."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once `now() >= when`."""
        ...


class Ids(Protocol):
    """The only source of fresh ids."""

    def new(self) -> str:
        """A fresh id, never given before."""
        ...


class Chance(Protocol):
    """The only source of chance."""

    def shuffled(self, items: list[T]) -> list[T]:
        """The items in random order; the given list stays as it is."""
        ...


class Likeness(Protocol):
    """Says how alike two proposals are; works on this machine only."""

    @property
    def name(self) -> str:
        """The measure's name, as figures are reported under it."""
        ...

    @property
    def thresholds(self) -> Thresholds:
        """What its scores mean."""
        ...

    async def scores(self, one: Wording, others: Sequence[Wording]) -> Sequence[float]:
        """How alike `one` is to each of `others`, 0..1, in their order."""
        ...

    async def nearness(self, one: str, other: str) -> float | None:
        """How near two texts are in what they are about, 0..1, whatever they say of it; None where it can't tell."""
        ...

    def close(self) -> None:
        """Give back what it holds open."""
        ...


class Wakeup(Protocol):
    """Tells the bus that there may be something to deliver."""

    def notify(self) -> None:
        """Wake whoever waits; never blocks."""
        ...

    async def wait(self, until: datetime) -> None:
        """Return when notified, or at `until` by the clock, whichever is first."""
        ...
