"""Tickets that wait for the person, and the agents with what they do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from nicegui import ui

from vibe.domain.canonical import instant, to_json
from vibe.domain.commands import ResolveTicket
from vibe.domain.work_commands import AssignTicket
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, card, chip, empty, heading, lead, lines, link, progress, tagged
from vibe.edges.pages.words import ago, count
from vibe.plans.showing import read_tickets
from vibe.plans.showing_agents import read_agents_shown

Found = Mapping[str, Any]
WORDS = {
    "done": "It is done",
    "accept": "Good as it is",
    "return": "Do it again",
    "take_over": "I do it myself",
    "skip": "Leave it out",
    "retry": "Try again",
    "breakdown": "Use my words instead",
}

OF_A_PLAN = {"accept": "I accept the risk", "return": "Stop the plan over it"}


async def tickets_page(site: Site) -> None:
    """Build `/tickets`."""

    async def load() -> list[dict[str, Any]]:
        return await read_tickets(site.desk.graph)

    with frame(site, "Tickets", "/executions"):
        link("Work", "/executions", "back")
        live: Live[list[dict[str, Any]]] = Live(site.watch, load, lambda rows: _draw(site, rows, live.refresh))
        await live.start()


def _draw(site: Site, rows: Sequence[Found], changed: Callable[[], Awaitable[None]]) -> None:
    heading("Tickets")
    lead(f"{count(len(rows), 'ticket')} {'waits' if len(rows) == 1 else 'wait'} for you.")
    if not rows:
        empty("task_alt", "Nothing waits for you", "What only a person can do, judge or explain is put here.")
    for row in rows:
        _draw_ticket(site, row, changed)


def _draw_ticket(site: Site, row: Found, changed: Callable[[], Awaitable[None]]) -> None:
    drafts, scenarios = ((row["draft"] or {}).get(name, ()) for name in ("tasks", "scenarios"))
    said = WORDS | (OF_A_PLAN if scenarios else {})
    with card(f"k{row['id']}"):
        with box("head"):
            chip(row["kind"])
            box("space", "span")
            _draw_responsible(site, row, changed)
        tagged("h3", row["title"])
        tagged("p", row["tried"], "description")
        if drafts:
            text = "\n\n".join(f"# {item['title']}\n{item['markdown']}" for item in drafts)
        else:
            text = ""
            if scenarios:
                lines(f"{item['says']} ({item['because']})" for item in scenarios)
            elif row["draft"]:
                tagged("pre", to_json(row["draft"]).decode()[:2000], "draft")
        label = "The steps, one a line" if drafts else "In your words"
        field = ui.textarea(label, value=text).props("outlined autogrow").classes("field")
        with box("buttons"):
            for place, word in enumerate(row["resolutions"]):
                kind = "main" if place == 0 else "quiet"
                action(said[word], _ending(site, row, word, field, changed), kind=kind)


def _draw_responsible(site: Site, row: Found, changed: Callable[[], Awaitable[None]]) -> None:
    """Who is responsible; another name typed here is told instead."""

    async def assign() -> None:
        await site.carry_out(AssignTicket(row["id"], str(field.value or "")), f"For {field.value} now.")
        await changed()

    tagged("span", "for", "when")
    field = ui.input(value=row["responsible"]).props('dense aria-label="Responsible"').classes("field")
    action("Assign", assign, kind="quiet")


def _ending(
    site: Site, row: Found, word: str, field: ui.textarea, changed: Callable[[], Awaitable[None]]
) -> Callable[[], Awaitable[None]]:
    async def end() -> None:
        said = str(field.value or "")
        typed = word == "breakdown"
        note = "" if row["kind"] == "breakdown" else said
        await site.carry_out(ResolveTicket(row["id"], word, note, markdown=said if typed else ""), "Noted.")
        await changed()

    return end


async def agents_page(site: Site) -> None:
    """Build `/agents`."""

    async def load() -> list[dict[str, Any]]:
        return await read_agents_shown(site.desk.graph)

    with frame(site, "Agents", "/executions"):
        link("Work", "/executions", "back")
        live: Live[list[dict[str, Any]]] = Live(site.watch, load, lambda rows: _draw_agents(site, rows))
        await live.start()


def _draw_agents(site: Site, rows: Sequence[Found]) -> None:
    heading("Agents")
    lead("Who does the work, what they hold, when they were last seen.")
    if not rows:
        empty("smart_toy", "No agent yet", "`vibe agents add NAME -a research` lets one in.")
    for row in rows:
        with card(f"g{row['agent_id']}"):
            with box("head"):
                tagged("h3", row["name"])
                chip(row["status"])
                box("space", "span")
                seen = ago(instant(row["last_seen_at"]), site.now) if row["last_seen_at"] else "never"
                tagged("span", f"seen {seen}", "when")
            for item in row["can"]:
                tagged("p", f"{item['action']}: {item['words']}", "description")
            for task in row["holds"]:
                with box("line"):
                    tagged("span", "works on", "when")
                    link(task["title"], f"/executions/{quote(task['execution_id'], safe='')}")
                    if task["progress_ratio"] is not None:
                        progress(task["progress_ratio"])
