"""Measures: how the loop does, beside its targets, with the days behind the figures."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from vibe.domain.reviews import target_of, value_of
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import box, chip, empty, heading, lead, lines, link, tagged
from vibe.kernel.measures import DAYS, Measured, read_measures

MET = {True: ("target met", "good"), False: ("target missed", "bad"), None: ("", "")}
INK, LINE = "#8a9196", "#8a919655"
GOOD, BAD, HELD, TOKENS = "#5f9f8d", "#d08a5b", "#b6a46a", "#7f93b8"
MEANS = {
    "acceptance": "Approved, of what was decided. Are the proposals useful?",
    "gap accuracy": "Gaps nobody called “not a gap”. Are the gaps real?",
    "answer time, hours": "The median from asked to answered.",
    "stuck rate": "Hours in which something was paused, or a question waited past its rungs.",
    "filtered": "Proposals the debate held back.",
    "arbiter agrees with you": "Both said the same, of what was shown and of the weekly samples of what was not.",
    "USD per accepted proposal": "What models cost, for each proposal you approved.",
    "tokens a day": "What models read and wrote.",
}


async def measures_page(site: Site) -> None:
    """Build `/measures`."""
    with frame(site, "Measures", "/measures"):
        live: Live[Measured] = Live(site.watch, lambda: read_measures(site.desk.graph, site.now), _draw)
        await live.start()


def _draw(found: Measured) -> None:
    heading("Measures")
    lead(f"How Vibe did over the last {DAYS} days, beside its targets.")
    if found.alarms:
        with box("section objection"):
            heading("About its own judging", small=True)
            lines(words[:1].upper() + words[1:] + "." for words in found.alarms.values())
    if not any(one.of for one in found.metrics if one.name not in ("stuck rate", "tokens a day")):
        empty("insights", "Nothing to count yet", "Decide a few proposals and answer a question; the figures follow.")
        return
    with box("measures"):
        for one in found.metrics:
            _draw_measure(one)
    counts = [("approved", GOOD), ("rejected", BAD)]
    _draw_chart("Decided, day by day", found, counts)
    _draw_chart("Debated, by the day it was made", found, [("ready", GOOD), ("filtered", HELD)])
    if any(day["tokens"] for day in found.days):
        _draw_chart("Tokens, day by day", found, [("tokens", TOKENS)])
        link("What the model costs, and what is left of today", "/model", "more")


def _draw_measure(one: Any) -> None:
    with box("card measure"):
        with box("line"):
            tagged("h3", one.name[:1].upper() + one.name[1:])
            box("space", "span")
            word, kind = MET[one.met]
            if word:
                chip(word, kind)
        tagged("p", value_of(one) + (f" · target {target_of(one)}" if one.target else ""), "value")
        tagged("p", MEANS.get(one.name, ""), "description")


def _draw_chart(title: str, found: Measured, series: list[tuple[str, str]]) -> None:
    days = [day["day"][5:] for day in found.days]
    rows = [
        {"name": name, "type": "bar", "stack": "all", "itemStyle": {"color": colour}, "barMaxWidth": 18,
         "data": [day[name] for day in found.days]}
        for name, colour in series
    ]  # fmt: skip
    axis = {"axisLabel": {"color": INK}, "axisLine": {"lineStyle": {"color": LINE}}}
    options = {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": f"{title}: {_said(found, series)}"}},
        "grid": {"left": 44, "right": 8, "top": 34, "bottom": 26},
        "legend": {"top": 0, "left": 0, "textStyle": {"color": INK}, "selectedMode": False},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": days, **axis},
        "yAxis": {"type": "value", "minInterval": 1, "splitLine": {"lineStyle": {"color": LINE}}, **axis},
        "series": rows,
    }
    with box("section"):
        heading(title, small=True)
        with box("card chart"):
            ui.echart(options).classes("plot")
            tagged("p", _said(found, series), "description")


def _said(found: Measured, series: list[tuple[str, str]]) -> str:
    """What the bars add up to, in words."""
    return ", ".join(f"{sum(day[name] for day in found.days):,} {name}" for name, _ in series) + f" in {DAYS} days"
