"""Wishes: what Vibe takes for your standing preferences, and what you want done that waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from vibe.domain.learning_commands import CloseIntent, SettlePreference
from vibe.domain.preferences import PreferenceStatus
from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, card, chip, empty, heading, lead, link, tagged
from vibe.edges.pages.words import ago, block_path
from vibe.kernel.learnt import read_preferences

MOST = 100
PARTS = (
    (PreferenceStatus.INFERRED, "Is this a standing preference?", "Inferred from your words; it counts on your yes."),
    (PreferenceStatus.ACTIVE, "Standing preferences", "Proposals follow these."),
    (PreferenceStatus.DECLINED, "Declined", "These do not count and are not asked about again."),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows."""

    preferences: list[dict[str, Any]]
    intents: list[Row]


async def read_wishes(site: Site) -> Found:
    """Read preferences and what waits."""
    return Found(
        await read_preferences(site.desk.graph), await site.read("learning/intents", status="waiting", limit=MOST)
    )


async def wishes_page(site: Site) -> None:
    """Build `/wishes`."""
    with frame(site, "Wishes"):
        link("Inbox", "/", "back")
        live: Live[Found] = Live(site.watch, lambda: read_wishes(site), lambda found: _draw(site, found, live))
        await live.start()


def _draw(site: Site, found: Found, live: Live[Found]) -> None:
    heading("Wishes")
    lead("What you always want, as Vibe understood it, and what you said you want done.")
    if not found.preferences and not found.intents:
        empty("tips_and_updates", "No wishes yet", "Reasons and remarks are read for standing preferences; "
              "`vibe say` or a message in the chat keeps what you want done.")  # fmt: skip
    _draw_intents(site, found.intents, live)
    for status, title, text in PARTS:
        rows = [row for row in found.preferences if row["status"] == status]
        if rows:
            with box("section"):
                heading(f"{title} · {len(rows)}", small=True)
                lead(text)
                for row in rows:
                    _draw_preference(site, row, live)


def _draw_intents(site: Site, rows: list[Row], live: Live[Found]) -> None:
    def closing(row: Row) -> Callable[[], Awaitable[None]]:
        async def close() -> None:
            await site.carry_out(CloseIntent(row["id"]), "It is off the list.")
            await live.refresh()

        return close

    if rows:
        with box("section"):
            heading(f"You want · {len(rows)}", small=True)
            lead("These wait. Nothing is done by them.")
            for row in rows:
                with card(f"i{row['id']}", "item-row tall", "div"):
                    with box("line"):
                        tagged("span", row["wanted"])
                        box("space", "span")
                        tagged("span", ago(row["at"], site.now), "when")
                    if row["text"] != row["wanted"]:
                        tagged("p", f"“{row['text']}”", "description")
                    with box("buttons"):
                        action("Take it off the list", closing(row), kind="quiet")


def _draw_preference(site: Site, row: dict[str, Any], live: Live[Found]) -> None:
    def saying(*, holds: bool) -> Callable[[], Awaitable[None]]:
        async def say() -> None:
            await site.carry_out(SettlePreference(row["id"], holds), "Noted.")
            await live.refresh()

        return say

    with card(f"w{row['id']}", "item-row tall", "div"):
        with box("line"):
            tagged("strong", row["statement"])
            box("space", "span")
            chip(row["status"], "good" if row["status"] == PreferenceStatus.ACTIVE else "")
        for quote in row["quotes"]:
            tagged("p", f"“{quote}”", "description")
        with box("under"):
            for one in row["evidence"]:
                path = f"/proposals/{one['number']}" if one["number"] else block_path(one["id"])
                link(f"no. {one['number']}" if one["number"] else one["title"], path)
        with box("buttons"):
            if row["status"] != PreferenceStatus.ACTIVE:
                action("Yes, always", saying(holds=True))
            if row["status"] != PreferenceStatus.DECLINED:
                action("No", saying(holds=False), kind="quiet")
