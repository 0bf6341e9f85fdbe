"""History: ledger entries as lines that people can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from vibe.edges.pages.cards import Row
from vibe.edges.pages.pieces import box, heading, link, tagged
from vibe.edges.pages.telling import event_of, proposal_number, sentence
from vibe.edges.pages.words import ago, minute, shortened, who


def draw_history(rows: Sequence[Row], now: datetime) -> None:
    """What happened to one thing, newest first."""
    if not rows:
        return
    with box("section"):
        heading("History", small=True)
        draw_entries(rows, now)


def draw_entries(rows: Sequence[Row], now: datetime, titles: Mapping[int, str] = MappingProxyType({})) -> None:
    """Entries, one a line: number, what, who, when; `titles` are those of proposals, by number."""
    with box("entries", "ol"):
        for row in rows:
            body = event_of(row)
            with box("entry", "li"):
                tagged("span", str(row["seq"]), "seq")
                with box("told"):
                    number = proposal_number(body)
                    if number is None:
                        tagged("span", sentence(row["type"], body))
                    else:
                        link(sentence(row["type"], body), f"/proposals/{number}")
                    named = shortened(titles.get(number or 0), 90)
                    tagged("span", " · ".join(filter(None, (who(row["actor"]), named))), "who")
                tagged("time", ago(row["at"], now), "when").props["title"] = minute(row["at"])
