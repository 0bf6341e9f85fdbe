"""The frame of every page: navigation, the strip that says when something is wrong, and the keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from nicegui import ui

from vibe.domain.canonical import from_json
from vibe.domain.commands import ResumeLoop
from vibe.domain.errors import Transient
from vibe.domain.events import EventType
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
    ui.page_title(f"{title} · Vibe")
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
    if aside:
        first = shortened(aside[0]["error"], 120)
        found.append(
            ("build_circle", f"{count(len(aside), 'step')} set aside ({first}). `vibe stuck list` shows them.")
        )
    return found


def draw_strip(site: Site, found: list[tuple[str, str]]) -> None:
    """Draw the strip; nothing where all is well."""

    async def resume() -> None:
        await site.carry_out(ResumeLoop(), "The loop goes on.")

    for icon, text in found:
        with ui.element("div").classes("strip").props('role="status"'):
            ui.icon(icon)
            ui.label(text)
            if icon == PAUSED:
                box("space", "span")
                action("Go on", resume)
