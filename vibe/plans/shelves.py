"""Shelves: one kind of thing that a process remembers by its key, read for all who wait for it at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import islice
from typing import Any

MOST_NODES = 50_000
"""Above so many keys everything is forgotten; what is still needed is read again."""
PAGE = 500
ALONG = 200
"""How many more keys are read along with one that is lacking."""


class Shelf:
    """What is remembered by one kind of key; what lacks is fetched for all who wait at once.

    Args:
        fetch: reads some keys; a key that it does not give has nothing (`None` is remembered).
        along: the keys that are likely to be asked for next; some of them are read with those that lack.
    """

    def __init__(
        self,
        fetch: Callable[[list[str]], Awaitable[Mapping[str, Any]]],
        along: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._fetch, self._along = fetch, along
        self._one_fetches = asyncio.Lock()
        self._wanted: set[str] = set()
        self._moment = 0
        self._touched: dict[str, int] = {}
        self._all_touched = 0
        self.held: dict[str, Any] = {}

    async def get(self, keys: Iterable[str]) -> dict[str, Any]:
        """What these keys have; those that have nothing are left out."""
        keys = list(dict.fromkeys(keys))
        while lacking := [key for key in keys if key not in self.held]:
            self._wanted.update(lacking)
            async with self._one_fetches:
                await asyncio.sleep(0)  # noqa: TID251 - no time: those who ask in this very turn of the loop come along
                if wanted := [key for key in self._wanted if key not in self.held][:PAGE]:
                    await self._fill([*wanted, *self._likely(wanted)])
        return {key: value for key in keys if (value := self.held[key]) is not None}

    def _likely(self, wanted: list[str]) -> Iterable[str]:
        """What is likely to be asked for next, as far as there is room beside what is wanted."""
        more = (key for key in dict.fromkeys(self._along()) if key not in self.held and key not in wanted)
        return islice(more, min(ALONG, PAGE - len(wanted)))

    async def _fill(self, keys: list[str]) -> None:
        since = self.now()
        found = await self._fetch(keys)
        if len(self.held) > MOST_NODES:
            self.forget_all()
            since = self._moment
        self._wanted.difference_update(keys)
        for key in keys:
            self.offer(key, found.get(key), since)

    def now(self) -> int:
        """The moment a read begins; what is forgotten or written from now on makes what it finds outdated."""
        return self._moment

    def offer(self, key: str, value: Any, since: int) -> None:
        """Remember what was read since a moment, unless something newer is known."""
        if max(self._touched.get(key, 0), self._all_touched) <= since:
            self.held.setdefault(key, value)

    def forget(self, key: str) -> None:
        """Have a key read again, also if it is being read just now."""
        self.held.pop(key, None)
        self._moment += 1
        self._touched[key] = self._moment
        if len(self._touched) > MOST_NODES:
            self.forget_all()

    def forget_all(self) -> None:
        """Have everything read again."""
        self.held.clear()
        self._touched.clear()
        self._moment += 1
        self._all_touched = self._moment
