"""What every page has at hand: the desk, the watch, and how a command's answer or refusal is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nicegui import ui

from vibe.domain.errors import Conflict, IllegalMove, VibeError
from vibe.domain.visible import visible
from vibe.kernel.desk import Desk
from vibe.kernel.watching import Watch
from vibe.ports.inward import Row

ACTOR = "owner:page"


@dataclass(frozen=True, slots=True)
class Site:
    """One home's pages."""

    desk: Desk
    watch: Watch

    @property
    def now(self) -> datetime:
        """The current instant."""
        return self.desk.clock.now()

    async def read(self, query: str, **params: Any) -> list[Row]:
        """Run a named query."""
        return await self.desk.graph.read(query, **params)

    async def carry_out(self, command: object, said: str) -> bool:
        """Carry out a command and tell the person what became of it; False when it was refused."""
        try:
            receipt = await self.desk.execute(command, actor=ACTOR)
        except VibeError as error:
            late = isinstance(error, Conflict | IllegalMove)
            tell(f"Not done: {error}" if late else str(error), bad=True)
            return False
        tell(str(receipt.answer.get("said") or receipt.answer.get("follow_up") or said))
        return True


def tell(text: str, *, bad: bool = False) -> None:
    """Say something at the page's edge for a while."""
    ui.notify(
        visible(text), type="negative" if bad else "positive", position="bottom", timeout=6000, close_button="Close"
    )
