"""When a Neo4j's planner has to look again at what it plans for.

Neo4j samples its indexes in the background, some seconds after they changed. A first import into an empty server is
followed at once by the first analysis, planned for empty indexes: one rule of 400 blocks then took 30 s in place of
40 ms, and the plan was kept. So after a write that at least doubled what was known, the samples are renewed before
anything else is planned. A server that does not allow it goes on by itself.

Source: measured on Neo4j 5.26; GRAPH "Speed to expect".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RENEW = "CALL db.prepareForReplanning($within_s)"
WITHIN_S = 10
FEWEST_ROWS = 200
"""Smaller writes than this change no plan."""


class Samples:
    """Counts the rows that this process wrote, and says when that is enough to look again."""

    def __init__(self) -> None:
        self._known, self._written = FEWEST_ROWS, 0

    def note(self, rows: int) -> bool:
        """Count what one transaction wrote; True once it has doubled since the last time."""
        self._written += rows
        if self._written < self._known:
            return False
        self._known = 2 * self._written
        return True


def rows_in(params: Mapping[str, Any]) -> int:
    """How many rows a write query was given."""
    rows = params.get("rows")
    return len(rows) if isinstance(rows, list | tuple) else 1
