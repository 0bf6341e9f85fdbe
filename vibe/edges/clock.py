"""The real clock, ids, chance and wake-up of one process. The only module that asks the system for any of them."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from vibe.ports.inward import Clock

T = TypeVar("T")
_LONGEST_NAP_S = 30.0
"""The wall clock may be set while we sleep; look at it again at least this often."""


class SystemClock:
    """Wall time, aware UTC."""

    def now(self) -> datetime:
        """The current instant."""
        return datetime.now(UTC)

    async def sleep_until(self, when: datetime) -> None:
        """Return once `now() >= when`."""
        while (left := (when - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, _LONGEST_NAP_S))


class RandomIds:
    """Fresh ids: 32 hex digits that sort roughly by time."""

    def new(self) -> str:
        """A fresh id."""
        return f"{time.time_ns() // 1_000_000:012x}{uuid.uuid4().hex[12:]}"


class SystemChance:
    """The system's chance."""

    def shuffled(self, items: list[T]) -> list[T]:
        """The items in random order."""
        return random.sample(items, len(items))


class LocalWakeup:
    """Wakes the bus of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Wake whoever waits."""
        self._event.set()

    async def wait(self, until: datetime) -> None:
        """Return when notified, or at `until`."""
        left = max((until - self._clock.now()) / timedelta(seconds=1), 0.0)
        try:
            await asyncio.wait_for(self._event.wait(), left)
        except TimeoutError:
            return
        finally:
            self._event.clear()
