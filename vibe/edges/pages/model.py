"""The model: what it costs, what is left of today, how it stands; a button that allows more for today."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from vibe.domain.acts import RaiseBudget
from vibe.domain.warnings import PRIVATE
from vibe.edges.pages.desks import Site, tell
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, empty, facts, heading, lead, link, tagged
from vibe.edges.pages.words import count
from vibe.kernel.breakers import LEAVES
from vibe.kernel.spending import read_spending

MORE_USD = 1.0


async def model_page(site: Site) -> None:
    """Build `/model`."""
    with frame(site, "Model", "/model"):

        async def load() -> dict[str, Any]:
            return await read_spending(site.desk.graph, site.desk.settings.model, site.now)

        live: Live[dict[str, Any]] = Live(site.watch, load, lambda found: _draw(site, found, live))
        await live.start()


def _draw(site: Site, found: dict[str, Any], live: Live[dict[str, Any]]) -> None:
    heading("Model")
    if not found["server"]:
        empty("memory", "No language model is set", "Rules draft and check. `model.base_url` names a server.")
        return
    lead(f"{found['model']} at {found['server']}" + (f" rests: {found['rests']}." if found["rests"] else "."))
    usd, tokens = found["allowed_today"]["usd"], found["allowed_today"]["tokens"]
    facts({"Today": _told(found["today"], usd), "This month": _told(found["month"], found["allowed_month_usd"]),
           "Tokens allowed today": tokens})  # fmt: skip
    with box("buttons"):
        amount = ui.number("USD more for today", value=MORE_USD, min=0.01, max=1000, format="%.2f").props("dense")

        async def allow() -> None:
            if not amount.value:
                tell("Say how much.", bad=True)
                return
            await site.carry_out(RaiseBudget(usd=float(amount.value)), "Allowed, for today only.")
            await live.refresh()

        action("Allow", allow)
    _draw_by(found["by"])
    with box("section"):
        heading("What a call holds", small=True)
        for what in LEAVES:
            tagged("p", what.capitalize() + ".")
        tagged("p", PRIVATE)


def _draw_by(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    with box("section"):
        heading("This month by role and proposal", small=True)
        for row in rows[:50]:
            with box("item-row"):
                tagged("span", row["role"] or "other")
                if row["proposal"]:
                    link(f"#{row['proposal']}", f"/proposals/{row['proposal']}", "number")
                box("space", "span")
                lost = f", {row['estimated']} estimated" if row["estimated"] else ""
                tagged("span", f"{row['cost']:.4f} USD, {row['tokens']} tokens, {count(row['count'], 'call')}{lost}")


def _told(spent: dict[str, Any], most: float | None) -> str:
    of = f" of {most:.2f}" if most is not None else ""
    return f"{spent['cost']:.4f}{of} USD, {spent['tokens']} tokens, {count(spent['count'], 'call')}"
