"""Held back: what is not shown in the inbox and why, each with a way to see it now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from vibe.domain.commands import MarkGap, ProposeGap, UndoRejection
from vibe.domain.learning_commands import JudgeSample
from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, card, chip, empty, heading, lead, link, tagged
from vibe.edges.pages.words import MARKS, REJECTIONS, STATUSES, WAITS, ago, block_path, day

NEWEST = 2**53
A_WEEK = timedelta(days=7)
ENDED = ("filtered", "vague", "expired", "stale", "failed")
WHY = {
    "filtered": ("Did not pass the checks", "They failed on something that decides; nobody was bothered with them."),
    "vague": ("Too vague to be checked", "The block says too little to propose something specific."),
    "expired": ("Expired", "Nobody decided in time. An expired proposal never executes."),
    "stale": ("Out of date", "The gap closed or a target changed before the decision."),
    "failed": ("Failed", "They were approved, and carrying them out failed."),
}


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What is held back, by reason."""

    samples: list[Row]
    ended: dict[str, list[Row]]
    suppressions: list[Row]
    waiting: list[Row]
    marked: list[Row]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held back."""
        return not (self.samples or self.ended or self.suppressions or self.waiting or self.marked)


async def read_held_back(site: Site) -> HeldBack:
    """Read everything that is not in the inbox though it could be."""
    samples = await site.read("metrics/sampled", since=site.now - A_WEEK, limit=5)
    ended: dict[str, list[Row]] = {}
    for row in await site.read("pages/proposals", statuses=list(ENDED), before=NEWEST, limit=100):
        ended.setdefault(row["status"], []).append(row)
    found = await site.read("decisions/suppressions", before_ms=NEWEST, limit=100)
    suppressions = [row for row in found if row["status"] == "active"]
    gaps = await site.read("pages/gaps_held_back", limit=400)
    waiting = [row for row in gaps if row["status"] == "open" and (row["waits_for"] or row["skipped_reason"])]
    marked = [row for row in gaps if row["mark"] in ("noise", "accepted") or row["baseline"]]
    return HeldBack([row for row in samples if not row["answer"]], ended, suppressions, waiting, marked)


async def held_back_page(site: Site) -> None:
    """Build `/held-back`."""
    with frame(site, "Held back", "/held-back"):
        live: Live[HeldBack] = Live(site.watch, lambda: read_held_back(site), lambda found: _draw(site, found, live))
        await live.start()


def _draw(site: Site, found: HeldBack, live: Live[HeldBack]) -> None:
    heading("Held back")
    lead("What Vibe does not put before you, and why. Nothing is hidden for good.")
    if found.is_empty:
        empty("visibility", "Nothing is held back", "Filtered, rejected, expired or waiting things are listed here.")
    for row in found.samples:
        _draw_sample(site, row, live.refresh)
    for status, rows in found.ended.items():
        _draw_ended(site, status, rows)
    _draw_suppressions(site, found.suppressions, live.refresh)
    _draw_waiting(site, found.waiting, live.refresh)
    _draw_marked(site, found.marked, live.refresh)


def _draw_sample(site: Site, row: Row, changed: Callable[[], Awaitable[None]]) -> None:
    """The week's filtered proposal, which asks whether it was rightly dropped."""

    def saying(answer: str) -> Callable[[], Awaitable[None]]:
        async def say() -> None:
            await site.carry_out(JudgeSample(row["number"], answer), "Noted.")
            await changed()

        return say

    with box("section objection"):
        heading("I would have dropped this. Right?", small=True)
        lead("Once a week one of the filtered proposals, drawn by lot: your answer says how well the checks judge.")
        with card(f"s{row['number']}", "item-row tall", "div"):
            with box("line"):
                tagged("span", f"#{row['number']}", "number")
                link(row["title"], f"/proposals/{row['number']}")
            tagged("p", row["objection"] or row["reason"] or "", "description")
            with box("buttons"):
                action("Right, drop it", saying("right"))
                action("No, show me such", saying("wrong"), kind="quiet")


def _draw_ended(site: Site, status: str, rows: list[Row]) -> None:
    with box("section"):
        heading(f"{WHY[status][0]} · {len(rows)}", small=True)
        lead(WHY[status][1])
        for row in rows:
            with card(f"h{row['number']}", "item-row tall", "div"):
                with box("line"):
                    tagged("span", f"#{row['number']}", "number")
                    tagged("span", row["title"])
                    box("space", "span")
                    chip(STATUSES[status], f"status {status}")
                if row["reason"] or row["objection"]:
                    tagged("p", row["reason"] or row["objection"], "description")
                link("Show me now", f"/proposals/{row['number']}", "more")


def _draw_suppressions(site: Site, rows: list[Row], changed: Callable[[], Awaitable[None]]) -> None:
    if not rows:
        return

    def undoing(row: Row) -> Callable[[], Awaitable[None]]:
        async def undo() -> None:
            await site.carry_out(UndoRejection(row["id"]), "The rejection is taken back; it may be proposed again.")
            await changed()

        return undo

    with box("section"):
        heading(f"Rejected by you · {len(rows)}", small=True)
        lead("These gaps are not proposed again until you take the rejection back or their date comes.")
        for row in rows:
            with box("item-row tall"):
                with box("line"):
                    tagged("span", row["title"])
                    box("space", "span")
                    back = f" until {day(row['until'])}" if row["until"] else ""
                    chip(REJECTIONS.get(row["kind"], (row["kind"], ""))[0] + back)
                    tagged("span", ago(row["at"], site.now), "when")
                if row["reason"]:
                    tagged("p", f"“{row['reason']}”", "description")
                with box("buttons"):
                    action("Show me now", undoing(row), kind="quiet")


def _draw_waiting(site: Site, rows: list[Row], changed: Callable[[], Awaitable[None]]) -> None:
    if not rows:
        return

    def proposing(row: Row) -> Callable[[], Awaitable[None]]:
        async def propose() -> None:
            await site.carry_out(ProposeGap(row["id"]), "A proposal for it is being drafted and checked.")
            await changed()

        return propose

    with box("section"):
        heading(f"Gaps that wait · {len(rows)}", small=True)
        lead("They stay open; a proposal for them comes later.")
        for row in rows[:100]:
            with box("item-row tall"):
                link(row["block_title"] or row["description"], block_path(row["block_id"]))
                reason = WAITS.get(row["waits_for"] or "", "")
                if row["waits_for"] == "date" and row["next_at"]:
                    reason = f"comes back on {day(row['next_at'])}"
                reason = reason[:1].upper() + reason[1:]
                tagged("p", ". ".join(filter(None, (reason, row["skipped_reason"]))) + ".", "description")
                with box("buttons"):
                    action("Show me now", proposing(row), kind="quiet")


def _draw_marked(site: Site, rows: list[Row], changed: Callable[[], Awaitable[None]]) -> None:
    if not rows:
        return

    def returning(row: Row) -> Callable[[], Awaitable[None]]:
        async def give_back() -> None:
            await site.carry_out(MarkGap(row["id"], "real"), "It counts as a gap again.")
            await changed()

        return give_back

    with box("section"):
        heading(f"Marked by you · {len(rows)}", small=True)
        for row in rows[:100]:
            with box("item-row tall"):
                with box("line"):
                    link(row["block_title"] or row["description"], block_path(row["block_id"]))
                    box("space", "span")
                    until = f" until {day(row['accepted_until'])}" if row["accepted_until"] else ""
                    chip("known" if row["baseline"] else MARKS.get(row["mark"], row["mark"]) + until)
                if row["mark_reason"]:
                    tagged("p", f"“{row['mark_reason']}”", "description")
                with box("buttons"):
                    action("Show me now", returning(row), kind="quiet")
