"""Cards: a proposal as it stands in the inbox, a passage that waits for a judgement, a piece of evidence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from vibe.domain.commands import JudgeCandidate
from vibe.domain.packet_effects import exact_effect
from vibe.domain.packets import parse_packet
from vibe.edges.pages.deciding import Changed, decision_buttons
from vibe.edges.pages.desks import Site
from vibe.edges.pages.pieces import action, box, card, chip, lines, link, quote, severity, tagged
from vibe.edges.pages.words import STATUSES, THEMES, block_path, count, shortened, stance_words, until

EFFECTS_SHOWN = 3
Row = Mapping[str, Any]


def proposal_card(site: Site, row: Row, gaps: Sequence[Row], evidence: Sequence[Row], changed: Changed) -> None:
    """One proposal that waits: what it is about, exactly what it would do, what speaks against it, the buttons."""
    contradicted = any(gap["type"] == "contradicted" for gap in gaps)
    with card(f"p{row['number']}", "card alarm" if contradicted else "card"):
        card_head(site, row, gaps)
        with ui.link(target=f"/proposals/{row['number']}").classes("title").props("data-do=open"):
            tagged("h3", row["title"])
        gap_lines(gaps)
        with box("part"):
            tagged("h4", "If you approve")
            effects = exact_effect(parse_packet(row["action"]))
            lines(effects[:EFFECTS_SHOWN])
            if len(effects) > EFFECTS_SHOWN:
                link(f"and {count(len(effects) - EFFECTS_SHOWN, 'more line')}", f"/proposals/{row['number']}", "more")
        if row["objection"]:
            with box("part objection"):
                tagged("h4", "Strongest objection")
                tagged("p", row["objection"])
        if evidence:
            with box("part"):
                tagged("h4", "Evidence so far")
                for item in evidence[:2]:
                    evidence_item(item)
        decision_buttons(site, row, changed)


def card_head(site: Site, row: Row, gaps: Sequence[Row]) -> None:
    """The line above a proposal's title: number, weight, kind, doubts, time left."""
    with box("head"):
        tagged("span", f"#{row['number']}", "number")
        if gaps:
            severity(gaps[0]["severity"])
            for theme in dict.fromkeys(gap["type"] for gap in gaps):
                chip(THEMES.get(theme, (theme.replace("_", " "), ""))[0], theme)
        if row["status"] != "ready":
            chip(STATUSES.get(row["status"], row["status"]), f"status {row['status']}")
        if row["uncertain"]:
            chip("checks could not agree", "uncertain")
        box("space", "span")
        if row["status"] == "ready" and row["expires_at"]:
            tagged("span", f"expires {until(row['expires_at'], site.now)}", "when")


def gap_lines(gaps: Sequence[Row]) -> None:
    """The gaps a proposal is a remedy for."""
    for gap in gaps[:5]:
        with box("gap"):
            tagged("span", gap["description"])
            if gap["block_id"]:
                link(where_of(gap), block_path(gap["block_id"]), "where")


def where_of(row: Row) -> str:
    """Name where a block stands: file and line, or that it was made by hand."""
    return f"{row['file']}:{row['line']}" if row.get("file") else "open the block"


def _stance(item: Row) -> str:
    return stance_words(item["stance"], item["origin"])


def candidate_card(site: Site, row: Row, changed: Callable[[], Awaitable[None]]) -> None:
    """One found passage with three taps."""

    def judging(stance: str, said: str) -> Callable[[], Awaitable[None]]:
        async def judge() -> None:
            await site.carry_out(JudgeCandidate(row["id"], stance), said)
            await changed()

        return judge

    with card(f"c{row['id']}", "candidate", "div"):
        quote(row["quote"], row["file"], row["line"])
        if row["reason"]:
            tagged("p", row["reason"], "reason")
        with box("buttons taps"):
            action("Supports", judging("supports", "Written as evidence for it."), do="approve")
            action("Contradicts", judging("contradicts", "Written as evidence against it."), do="reject")
            action("Beside the point", judging("beside", "Noted; it is not shown again."), kind="quiet")


def evidence_item(row: Row) -> None:
    """One piece of evidence with its quote and what it says; what is no quote is not set as one."""
    with box("evidence " + (row["stance"] or "").lower()):
        text = row["quote"] or row["text"]
        quote(shortened(text, 400), row["file"], row["line"], _stance(row), word_for_word=bool(row["quote"]))
