"""The ledger: who did what when, newest first, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site, tell
from vibe.edges.pages.frame import frame
from vibe.edges.pages.history import draw_entries
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, empty, heading, lead
from vibe.edges.pages.telling import event_of, proposal_number
from vibe.edges.pages.words import count
from vibe.kernel.mirror import Mirror
from vibe.kernel.proving import verify_ledger
from vibe.kernel.signing import trusted_keys

PAGE_ROWS = 50
NEWEST = 2**53
INNER = ("ActIntended", "ActDone", "AnalysisRequested", "AnalysisFinished", "RunAdvanced", "DebateOpened")
"""Entries that only say how something came about; left out until asked for."""


Found = tuple[list[Row], dict[int, str]]


@dataclass(slots=True)
class _Place:
    """Where the reader is: the entries before this number."""

    before: int = NEWEST
    inner: bool = False


async def ledger_page(site: Site) -> None:
    """Build `/ledger`."""
    at = _Place()

    async def load() -> Found:
        without = [] if at.inner else list(INNER)
        rows = list(await site.read("pages/ledger", before=at.before, without=without, limit=PAGE_ROWS))
        numbers = {number for row in rows if (number := proposal_number(event_of(row))) is not None}
        named = await site.read("pages/proposal_titles", numbers=sorted(numbers)) if numbers else []
        return rows, {row["number"]: row["title"] for row in named}

    with frame(site, "Ledger", "/ledger"):
        live: Live[Found] = Live(site.watch, load, lambda found: _draw(site, found, at, live))
        await live.start()


def _draw(site: Site, found: Found, at: _Place, live: Live[Found]) -> None:
    rows, titles = found
    heading("Ledger")
    lead("Everything that happened, chained and signed; nothing in it can be changed unnoticed.")

    async def verify() -> None:
        home, graph = site.desk.home, site.desk.graph
        verdict = await verify_ledger(graph, trusted_keys(home / "keys"), Mirror(graph, home / "ledger"))
        if verdict.faults:
            tell(f"{count(len(verdict.faults), 'fault')}: {verdict.faults[0].detail}", bad=True)
        else:
            tell(f"The chain holds: {count(verdict.entries, 'entry', 'entries')}, none changed, none missing.")

    async def steps() -> None:
        at.inner, at.before = not at.inner, NEWEST
        await live.refresh()

    def moving(before: int) -> Callable[[], Awaitable[None]]:
        async def move() -> None:
            at.before = before
            await live.refresh()

        return move

    with box("buttons"):
        action("Verify the chain", verify, icon="verified")
        action("Hide inner steps" if at.inner else "Show inner steps", steps, kind="quiet")
        if at.before != NEWEST:
            action("Newest", moving(NEWEST), kind="quiet")
        if len(rows) == PAGE_ROWS:
            action("Older", moving(rows[-1]["seq"]), kind="quiet")
    if not rows:
        empty("receipt_long", "Nothing has happened yet", "Import a plan: the first entry is written then.")
    draw_entries(rows, site.now, titles)
