"""One plan as a picture: blocks by kind and phase, gaps in colour; a click opens the block."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Response
from nicegui import app as nicegui_app
from nicegui import ui

from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.picture import draw_plan
from vibe.edges.pages.pieces import box, empty, heading, lead, link, tagged
from vibe.edges.pages.words import SEVERITIES, count

IDS_AT_ONCE = 500
BLOCKS_DRAWN = 3000
"""A plan that is larger is drawn in part; the page says so."""
LEGEND = {**{word: f"{word} gap" for word in SEVERITIES}, "contradicted": "contradicted", "backed": "has evidence"}

TOOLS = {
    "zoom-in": ("add", "Larger"),
    "zoom-out": ("remove", "Smaller"),
    "zoom-fit": ("fit_screen", "All of it"),
    "wires": ("timeline", "All links"),
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What the page says beside the picture; the picture is fetched anew when it changes."""

    plan: Row | None
    blocks: int
    gaps: tuple[tuple[str, str, str], ...]
    statuses: int


async def plan_page(site: Site, plan: str) -> None:
    """Build `/plans/{plan}`."""

    async def load() -> Summary:
        plans = await site.read("plans/by_id", ids=[plan])
        blocks = await site.read("pages/plan_blocks", plan=plan, limit=BLOCKS_DRAWN)
        gaps = await site.read("pages/gaps_of_plan", plan=plan, limit=BLOCKS_DRAWN)
        told = hash(tuple((row["id"], row["status"], row["title"]) for row in blocks))
        return Summary(
            plans[0] if plans else None,
            len(blocks),
            tuple((row["id"], row["severity"], row["type"]) for row in gaps),
            told,
        )

    with frame(site, "Plan", "/plans"):
        link("Plans", "/plans", "back")
        live: Live[Summary] = Live(site.watch, load, lambda found: _draw(plan, found))
        await live.start()


def _draw(plan: str, found: Summary) -> None:
    if found.plan is None:
        empty("search_off", f"There is no plan {plan}", "The list of plans shows what was imported.")
        return
    heading(found.plan["title"] or plan)
    lead(
        f"{count(found.blocks, 'block')}, {count(len(found.gaps), 'open gap')}. Drag to move, scroll or pinch to zoom."
    )
    if found.blocks >= BLOCKS_DRAWN:
        lead(f"This plan is larger; {found.blocks} of its blocks are drawn.")
    with box("legend"):
        for kind, name in LEGEND.items():
            with box(f"key {kind}", "span"):
                box("swatch", "span")
                tagged("span", name)
        box("space", "span")
        with box("zoom"):
            for do, (icon, does) in TOOLS.items():
                ui.button(icon=icon, color=None).props(f"flat dense data-do={do}").tooltip(does)
    box("picture").props["data-picture"] = f"/pictures/plans/{quote(plan, safe='')}"


def register_picture(site: Site) -> None:
    """Serve a plan's picture by itself, for the page to fetch."""

    @nicegui_app.get("/pictures/plans/{plan:path}", include_in_schema=False)
    async def picture(plan: str) -> Response:
        blocks = await site.read("pages/plan_blocks", plan=plan, limit=BLOCKS_DRAWN)
        gaps = await site.read("pages/gaps_of_plan", plan=plan, limit=BLOCKS_DRAWN)
        ids = [row["id"] for row in blocks]
        parts = [ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE)]
        found = await asyncio.gather(*(site.read("pages/plan_links", ids=part) for part in parts))
        links: list[Row] = [row for rows in found for row in rows]
        return Response(
            draw_plan(blocks, links, gaps), media_type="image/svg+xml", headers={"Cache-Control": "no-store"}
        )
