"""Live: a part of a page that is drawn again when the ledger grew and what it shows is no longer the same.

One look at the ledger's counter a second serves every open page (`kernel.watching`); a page reads again at most that
often, and draws only what differs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from nicegui import ui

from vibe.domain.errors import Transient
from vibe.kernel.watching import Watch

T = TypeVar("T")
BETWEEN_LOOKS_S = 0.25


class Live(Generic[T]):
    """Keeps one part of one open page in step with the graph.

    Args:
        load: reads what is to be shown; two readings are compared with `==`.
        draw: draws it, into an empty part.
    """

    def __init__(self, watch: Watch, load: Callable[[], Awaitable[T]], draw: Callable[[T], None]) -> None:
        self._watch, self._load, self._draw = watch, load, draw
        self._seq = -1

    async def start(self) -> None:
        """Read, draw, and keep it in step while the page is open."""
        self._shown = await self._load()
        self._part = ui.element("div").classes("live")
        with self._part:
            self._draw(self._shown)
        ui.timer(BETWEEN_LOOKS_S, self._follow)

    async def refresh(self) -> None:
        """Read again now, and draw if it differs."""
        found = await self._load()
        if found != self._shown:
            self.draw_again(found)

    def draw_again(self, found: T | None = None) -> None:
        """Draw what was read, also where it is the same."""
        self._shown = self._shown if found is None else found
        self._part.clear()
        with self._part:
            self._draw(self._shown)

    async def _follow(self) -> None:
        try:
            seq = await self._watch.look()
            if seq != self._seq:
                await self.refresh()
                self._seq = seq
        except Transient:
            return  # the strip says so; the next look may do better
