"""Questions that wait for the person, and what was answered of late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from vibe.domain.commands import AnswerQuestion
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, card, chip, empty, heading, lead, lines, tagged
from vibe.edges.pages.words import ago, asks, count
from vibe.kernel.showing import WAITING, read_questions

Found = tuple[list[dict[str, Any]], list[dict[str, Any]]]
URGENT = {"critical": 0, "urgent": 1}


async def read_both(site: Site) -> Found:
    """Read what waits, the most urgent first, and the last answers."""
    waiting = await read_questions(site.desk.graph, WAITING)
    answered = await read_questions(site.desk.graph, ["answered"])
    agents = (row["properties"] for row in await site.read("agents/list", limit=1000))
    names = {f"agent:{agent['id']}": agent["name"] for agent in agents}
    waiting = [row | {"asker_name": names.get(row["agent_name"], "")} for row in waiting]
    return sorted(waiting, key=lambda row: URGENT.get(row["urgency"], 2)), answered[-10:][::-1]


async def questions_page(site: Site) -> None:
    """Build `/questions`."""
    with frame(site, "Questions", "/questions"):
        live: Live[Found] = Live(site.watch, lambda: read_both(site), lambda found: _draw(site, found, live))
        await live.start()


def _draw(site: Site, found: Found, live: Live[Found]) -> None:
    waiting, answered = found
    heading("Questions")
    if waiting:
        lead(f"{count(len(waiting), 'question')} {'waits' if len(waiting) == 1 else 'wait'} for your answer.")
    else:
        lead("Nobody waits for an answer.")
        empty("forum", "No open questions", "When research finds nothing, or an agent is stuck, its question is here.")
    for row in waiting:
        _draw_question(site, row, live.refresh)
    if answered:
        with box("section"):
            heading("Answered of late", small=True)
            for row in answered:
                with box("item-row tall"):
                    tagged("span", row["question"])
                    tagged("strong", (row["answer"] or {}).get("text") or "")


def _draw_question(site: Site, row: dict[str, Any], changed: Callable[[], Awaitable[None]]) -> None:
    def answering(text: Callable[[], str | None]) -> Callable[[], Awaitable[None]]:
        async def answer() -> None:
            said = text()
            if said and said.strip():
                await site.carry_out(AnswerQuestion(row["id"], said), "Your answer is recorded.")
                await changed()

        return answer

    with card(f"q{row['id']}"):
        with box("head"):
            tagged("span", asks(row["agent_name"], row.get("asker_name", "")))
            if row["urgency"] in URGENT:
                chip(row["urgency"], row["urgency"])
            if row["status"] == "clarifying":
                chip("please say it once more")
            box("space", "span")
            tagged("span", ago(row["asked_at"], site.now), "when")
        tagged("h3", row["question"])
        if row["stuck_on"]:
            tagged("p", f"Stuck on: {row['stuck_on']}", "description")
        lines(row["context"])
        if row["follow_up"]:
            tagged("p", row["follow_up"], "follow-up")
        options = box("options")
        with box("answer"):
            label = "Your words, beside an option or instead of one" if row["options"] else "In your own words"
            field = ui.input(label).props("outlined dense").classes("field")
            action("Answer", answering(lambda: field.value), kind="plain" if row["options"] else "main")
        with options:
            for place, option in enumerate(row["options"]):
                _draw_option(option, answering(_chosen(option["letter"], field)), first=place == 0)


def _draw_option(option: dict[str, Any], answer: Callable[[], Awaitable[None]], *, first: bool) -> None:
    with box("option"):
        action(f"{option['letter']}. {option['title']}", answer, do="approve" if first else "")
        if option["detail"]:
            tagged("span", option["detail"], "detail")


def _chosen(letter: str, field: ui.input) -> Callable[[], str]:
    """The option's letter, with what was typed beside it."""
    return lambda: f"{letter}) {field.value}" if field.value else letter
