"""The frame of every page: navigation, the strip that says when something is wrong, and the keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from nicegui import ui

from vibe.domain.canonical import from_json
from vibe.domain.commands import ResumeLoop
from vibe.domain.errors import Transient
from vibe.domain.events import EventType
from vibe.domain.visible import visible
from vibe.domain.warnings import warning_text
from vibe.edges.pages.desks import Site
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, heading, tagged
from vibe.edges.pages.words import count, shortened

PAGES: Mapping[str, tuple[str, str]] = {
    "/": ("Inbox", "inbox"),
    "/gaps": ("Gaps", "report_problem"),
    "/questions": ("Questions", "help_outline"),
    "/plans": ("Plans", "account_tree"),
    "/executions": ("Work", "play_circle"),
    "/evidence": ("Evidence", "format_quote"),
    "/held-back": ("Held back", "visibility_off"),
    "/measures": ("Measures", "insights"),
    "/ledger": ("Ledger", "receipt_long"),
}
TOOLS = {
    "theme": ("contrast", "Light or dark"),
    "help": ("keyboard", "Keys"),
    "sign-out": ("logout", "Sign out"),
}
PAUSED = "pause_circle"
WARNINGS = {
    EventType.MODEL_NAMED: "outbound",
    EventType.BREAKER_TRIPPED: "cloud_off",
    EventType.BUDGET_SPENT: "savings",
}
TOLD_FOR = timedelta(days=1)
KEYS = (
    ("j", "next item"),
    ("k", "item before"),
    ("Enter", "details of the item"),
    ("a", "approve, or the first answer"),
    ("r", "reject"),
    ("e", "edit"),
    ("g", "then i, g, q, p, w, e, h, m, l: go to a page"),
    ("?", "this help"),
)


@contextmanager
def frame(site: Site, title: str, here: str = "") -> Iterator[None]:
    """Lay a page out; what is drawn inside stands in its main column."""
    ui.page_title(f"{visible(title)} · Vibe")
    ui.query("body").classes("vibe")
    with ui.element("div").classes("shell"):
        _navigation(here)
        with ui.element("main").classes("main"):
            strip = Live(site.watch, lambda: read_strip(site), lambda found: draw_strip(site, found))
            ui.timer(0, strip.start, once=True)
            yield
            _tools("tools below")
    _help()


def _navigation(here: str) -> None:
    with ui.element("nav").classes("side").props('aria-label="Pages"'):
        with ui.link(target="/").classes("brand"):
            ui.element("span").classes("mark")
            ui.label("Vibe")
        for path, (name, icon) in PAGES.items():
            link = ui.link(target=path).classes("item").props(f'data-go="{name[0].lower()}"')
            if path == here:
                link.classes("here").props('aria-current="page"')
            with link:
                ui.icon(icon)
                ui.label(name)
        _tools("tools")


def _tools(classes: str) -> None:
    """The small buttons; `keys.js` does what they say."""
    with box(classes):
        for do, (icon, does) in TOOLS.items():
            ui.button(icon=icon, color=None).props(f"flat round dense data-do={do}").tooltip(does)


def _help() -> None:
    with ui.element("dialog").classes("keys").props('id="keys"'):
        heading("Keys", small=True)
        for key, does in KEYS:
            with ui.element("div").classes("key"):
                tagged("kbd", key)
                ui.label(does)


async def read_strip(site: Site) -> list[tuple[str, str]]:
    """Read what everybody should know at once: (icon, sentence)."""
    found = []
    try:
        paused = (await site.read("loop/paused"))[0]
        aside = await site.read("ledger/set_aside", limit=100)
        health = await site.read("ledger/last_of_type", type=EventType.HEALTH_MEASURED.value)
    except Transient:
        return [("cloud_off", "The store does not answer. What you see may be old; Vibe keeps trying.")]
    if paused["paused"]:
        found.append((PAUSED, f"The loop is paused: {paused['reason'] or 'no reason given'}."))
    alarms = from_json(health[0]["body"])["event"].get("alarms", {}) if health else {}
    found += [("troubleshoot", f"About its own judging: {words}.") for words in alarms.values()]
    found += await _of_the_model(site)
    if aside:
        first = shortened(aside[0]["error"], 120)
        found.append(
            ("build_circle", f"{count(len(aside), 'step')} set aside ({first}). `vibe stuck list` shows them.")
        )
    return found


async def _of_the_model(site: Site) -> list[tuple[str, str]]:
    """What was written down of the model today: that texts leave, that it rests, that its budget is spent."""
    if not site.desk.settings.model.base_url:
        return []
    found = []
    for kind, icon in WARNINGS.items():
        last = await site.read("ledger/last_of_type", type=kind.value)
        if last and site.now - last[0]["at"] < TOLD_FOR and not await _is_over(site, kind, last[0]["seq"]):
            found.append((icon, warning_text(kind, from_json(last[0]["body"])["event"])))
    return found


async def _is_over(site: Site, kind: EventType, seq: int) -> bool:
    """Whether the model answered again, or more was allowed, since."""
    ended = {EventType.BREAKER_TRIPPED: EventType.BREAKER_CLOSED, EventType.BUDGET_SPENT: EventType.BUDGET_RAISED}
    if kind not in ended:
        return False
    last = await site.read("ledger/last_of_type", type=ended[kind].value)
    return bool(last) and last[0]["seq"] > seq


def draw_strip(site: Site, found: list[tuple[str, str]]) -> None:
    """Draw the strip; nothing where all is well."""

    async def resume() -> None:
        await site.carry_out(ResumeLoop(), "The loop goes on.")

    for icon, text in found:
        with ui.element("div").classes("strip").props('role="status"'):
            ui.icon(icon)
            tagged("div", text)
            if icon == PAUSED:
                box("space", "span")
                action("Go on", resume)
