"""Bells: in one process, whoever waits for something to happen to one thing is woken when it does.

What other processes do rings no bell here; who waits looks again from time to time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from vibe.domain.events import Event


class Bells:
    """Who waits for what, by the subject's id."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self.heard: Counter[str] = Counter()

    def tell(self, events: Iterable[Event]) -> None:
        """Ring for what happened: for whoever waits for its subject, and for its kind; `heard` counts the kinds."""
        for event in events:
            self.heard[str(event.type)] += 1
            self.ring(event.subject)
            self.ring(str(event.type))

    @contextmanager
    def waiting(self, *about: str) -> Iterator[asyncio.Event]:
        """A bell that rings when something happens to any of these, from now on until the block ends."""
        bell = asyncio.Event()
        for one in about:
            self._waiting.setdefault(one, set()).add(bell)
        try:
            yield bell
        finally:
            for one in about:
                self._waiting[one].discard(bell)
                if not self._waiting[one]:
                    del self._waiting[one]

    def ring(self, about: str) -> None:
        """Wake everybody who waits for this."""
        for bell in self._waiting.get(about, ()):
            bell.set()


async def rings(bell: asyncio.Event, within_s: float) -> bool:
    """Whether a bell rings within so many seconds; it can ring again afterwards."""
    try:
        async with asyncio.timeout(within_s):
            await bell.wait()
    except TimeoutError:
        return False
    bell.clear()
    return True
