"""The plans there are."""

from __future__ import annotations

from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import box, card, chip, empty, heading, lead, link, tagged
from vibe.edges.pages.words import ago, plan_path


async def plans_page(site: Site) -> None:
    """Build `/plans`."""

    async def load() -> list[Row]:
        return list(await site.read("plans/list", limit=1000))

    with frame(site, "Plans", "/plans"):
        live: Live[list[Row]] = Live(site.watch, load, lambda rows: _draw(site, rows))
        await live.start()


def _draw(site: Site, rows: list[Row]) -> None:
    heading("Plans")
    lead("Each plan as a picture, with its gaps in colour.")
    if not rows:
        empty("upload_file", "No plan yet", "Run `vibe import PATH` with a PlanExe run, a plan in Markdown or JSON.")
    for row in rows:
        with card(f"plan {row['id']}"), box("head"):
            link(row["title"] or row["id"], plan_path(row["id"]), "title", do="open")
            box("space", "span")
            if row["sample"]:
                chip("sample")
            chip(row["status"], f"status {row['status']}")
            tagged("span", ago(row["imported_at"], site.now), "when")
