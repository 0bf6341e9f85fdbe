"""Gaps by theme, with the three things a person can say about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vibe.edges.pages.cards import Row, where_of
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.marking import mark_buttons
from vibe.edges.pages.pieces import action, box, card, chip, empty, heading, lead, link, severity, tagged
from vibe.edges.pages.words import MARKS, SEVERITIES, THEMES, WAITS, ago, block_path, count, day

SHOWN = 20
MOST = 420
OPEN = ("open", "proposed")


@dataclass(frozen=True, slots=True)
class Theme:
    """One type of gap: how many there are, and the weightiest of them."""

    name: str
    count: int
    gaps: list[Row]


Themes = list[Theme]


async def read_themes(site: Site, shown: Mapping[str, int]) -> Themes:
    """Read what is open or proposed, by theme, contradicted first; `shown` says of which theme more is wanted."""
    counts = {row["type"]: row["count"] for row in await site.read("pages/gap_themes", statuses=list(OPEN))}
    ordered = sorted(counts, key=lambda name: ([*THEMES, name].index(name), name))
    found = []
    for name in ordered:
        rows = await site.read("pages/gaps", statuses=list(OPEN), type=name, limit=shown.get(name, SHOWN))
        rows.sort(key=lambda row: (SEVERITIES.index(row["severity"]), -(row["score"] or 0), row["id"]))
        found.append(Theme(name, counts[name], rows))
    return found


async def gaps_page(site: Site) -> None:
    """Build `/gaps`."""
    shown: dict[str, int] = {}
    with frame(site, "Gaps", "/gaps"):
        live: Live[Themes] = Live(
            site.watch, lambda: read_themes(site, shown), lambda found: _draw(site, found, shown, live)
        )
        await live.start()


def _draw(site: Site, found: Themes, shown: dict[str, int], live: Live[Themes]) -> None:
    heading("Gaps")
    total = sum(theme.count for theme in found)
    lead(f"{count(total, 'thing')} this project rests on without enough to stand on." if total else "No gap is open.")
    if not total:
        empty("task_alt", "No gaps", "After an import the first show here within seconds; `vibe gaps` looks at once.")
    if len(found) > 1:
        _draw_counts(found)
    for theme in found:
        _draw_theme(site, theme, shown, live)


def _draw_counts(found: Themes) -> None:
    with box("counts"):
        for theme in found:
            with box("count"):
                tagged("strong", str(theme.count))
                tagged("span", THEMES.get(theme.name, (theme.name, ""))[0])


def _draw_theme(site: Site, theme: Theme, shown: dict[str, int], live: Live[Themes]) -> None:
    name, why = THEMES.get(theme.name, (theme.name.replace("_", " ").capitalize(), ""))
    left = theme.count - len(theme.gaps)
    wanted = min(len(theme.gaps) + 5 * SHOWN, MOST)

    async def more() -> None:
        shown[theme.name] = wanted
        await live.refresh()

    with box("section"):
        heading(f"{name} · {theme.count}", small=True)
        lead(why)
        for row in theme.gaps:
            gap_card(site, row, live.refresh)
        if left > 0 and wanted > len(theme.gaps):
            action(f"Show {min(left, wanted - len(theme.gaps))} more", more, kind="quiet")
        elif left > 0:
            lead(f"and {left} lighter ones; `vibe gaps` lists all.")


def gap_card(site: Site, row: Row, changed: Any) -> None:
    """One gap: what it is about, what Vibe suggests, and what the person can say."""
    with card(f"g{row['id']}"):
        with box("head"):
            severity(row["severity"])
            _chips(row)
            box("space", "span")
            tagged("span", ago(row["opened_at"], site.now), "when")
        tagged("h3", row["block_title"] or row["description"])
        if row["block_title"]:
            tagged("p", row["description"], "description")
        with box("under"):
            if row["block_id"]:
                link(where_of(row), block_path(row["block_id"]), "where")
            if row["number"]:
                link(f"Proposal #{row['number']}", f"/proposals/{row['number']}")
            elif row["suggested_action"]:
                tagged("span", f"Suggested: {row['suggested_action']}")
        mark_buttons(site, row, changed)


def _chips(row: Row) -> None:
    if row["baseline"]:
        chip("known")
    if row["mark"]:
        until = f" until {day(row['accepted_until'])}" if row["accepted_until"] else ""
        chip(MARKS.get(row["mark"], row["mark"]) + until)
    if row["waits_for"]:
        chip(WAITS.get(row["waits_for"], row["waits_for"]).split(";")[0].replace("on its date", day(row["next_at"])))
