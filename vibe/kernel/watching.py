"""Watching: tells whoever waits that the ledger grew, by looking at its counter once a second however many wait.

Nobody waits, nobody looks. Entries of other processes show the same way as our own.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from vibe.ports.inward import Clock, Graph

LOOK_EVERY = timedelta(seconds=1)


class Watch:
    """One process's look at the ledger's counter; `seq` is the last one seen."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        self._graph, self._clock = graph, clock
        self._one_looks = asyncio.Lock()
        self._looks = 0
        self._looked_at = datetime.fromtimestamp(0, tz=clock.now().tzinfo)
        self.seq = 0

    async def look(self) -> int:
        """Return the counter as of a look that began after this call, or of one a second after the last.

        Raises:
            Transient: the store does not answer now.
        """
        seen = self._looks
        async with self._one_looks:
            if self._looks == seen:
                await self._clock.sleep_until(self._looked_at + LOOK_EVERY)
                self._looked_at = self._clock.now()
                rows = await self._graph.read("ledger/read_counter")
                self.seq = rows[0]["n"] if rows else 0
                self._looks += 1
        return self.seq

    async def grown(self, after: int, until: datetime) -> int:
        """Return once the counter is past `after`, or at `until`."""
        seq = await self.look()
        while seq <= after and self._clock.now() < until:
            seq = await self.look()
        return seq
