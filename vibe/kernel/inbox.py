"""The inbox: what a channel brought in, kept before the channel is told that we have it, until it was dealt with.

Bookkeeping: it makes no ledger entries; what is done about a row does. A row that was dealt with loses its words and
keeps its id, so that the same thing brought again is nothing new. Beside it stands how each channel is, for
`vibe health` and `vibe check`, which run in other processes.

Source: issue "Ask once on Telegram" (nothing lost), DESIGN section 3 (bookkeeping).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vibe.domain.canonical import epoch_ms
from vibe.kernel.ledger import run_complete
from vibe.ports.inward import Clock, Row, Store, Transaction

WAITING, DONE = "waiting", "done"
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something a channel brought: its number there, which only grows, and its text as it came."""

    number: int
    raw: str


class Inbox:
    """One store's inbox of one channel (`telegram`)."""

    def __init__(self, store: Store, clock: Clock, channel: str) -> None:
        self._store, self._clock, self._channel = store, clock, channel

    async def keep(self, arrivals: Sequence[Arrival]) -> None:
        """Write down what came, all of it or nothing; what is there already stays as it is.

        Raises:
            Transient: the store did not take it; the channel must not be told that we have it.
        """
        at_ms = epoch_ms(self._clock.now())
        rows = [
            {"id": self._id(one.number), "n": one.number, "raw": one.raw, "state": WAITING, "at_ms": at_ms}
            for one in sorted(arrivals, key=lambda item: item.number)
        ]
        await self._book("inbox/keep", rows)

    async def waiting(self) -> list[Row]:
        """What was not dealt with yet, in order; a hundred at most."""
        return await self._store.read("inbox/waiting", state=WAITING, after=-1, limit=MOST_AT_ONCE)

    async def close(self, numbers: Sequence[int]) -> None:
        """These were dealt with: forget their words."""
        await self._book("inbox/done", [{"id": self._id(number), "state": DONE} for number in numbers])

    async def note(self, trouble: str, detail: str = "", **more: str) -> None:
        """Note how the channel is; no `trouble` is well."""
        props = {"trouble": trouble, "detail": detail, "atMs": epoch_ms(self._clock.now()), **more}
        await self._book("inbox/note", [{"id": self._channel, "props": props}])

    async def noted(self) -> Row | None:
        """How the channel was when that was last noted."""
        rows = await self._store.read("inbox/noted", id=self._channel)
        return rows[0] if rows else None

    async def is_first_today(self, who: str) -> bool:
        """Whether somebody was not heard of yet today; says so once a day (UTC)."""
        day = self._clock.now().date().isoformat()
        rows = await self._store.read("inbox/noted", id=f"{self._channel}/stranger/{who}")
        if rows and rows[0]["detail"] == day:
            return False
        props = {"trouble": "", "detail": day, "atMs": epoch_ms(self._clock.now())}
        await self._book("inbox/note", [{"id": f"{self._channel}/stranger/{who}", "props": props}])
        return True

    def _id(self, number: int) -> str:
        return f"{self._channel}/{number}"

    async def _book(self, query: str, rows: Sequence[dict[str, object]]) -> None:
        async def work(tx: Transaction) -> None:
            await run_complete(tx, query, rows)

        if rows:
            await self._store.write(work)
