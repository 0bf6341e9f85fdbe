"""The inbox: what waits for the person, what contradicts itself first; then what is being carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from vibe.domain.preferences import SORT, PreferenceStatus
from vibe.domain.proposals import ProposalStatus
from vibe.edges.pages.cards import Row, candidate_card, proposal_card
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import box, chip, empty, heading, lead, link, tagged
from vibe.edges.pages.words import SEVERITIES, STATUSES, block_path, count

NEWEST = 2**53
UNDER_WAY = (ProposalStatus.APPROVED, ProposalStatus.EXECUTING, ProposalStatus.DRAFT, ProposalStatus.DEBATING)
INFERRED = PreferenceStatus.INFERRED.value
CLAIMS_SHOWN = 4
A_WEEK, NEWS = timedelta(days=7), timedelta(days=2)
PASSAGES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Inbox:
    """What the inbox shows; `gaps` and `evidence` by proposal id."""

    ready: list[Row]
    under_way: list[Row]
    gaps: dict[str, list[Row]]
    evidence: dict[str, list[Row]]
    passages: list[list[Row]]
    questions: int
    tickets: int
    open_gaps: int
    plans: int
    week: Row | None
    sample: Row | None
    wishes: tuple[int, int]


async def read_inbox(site: Site) -> Inbox:
    """Read what waits; contradicted first, then by weight, then the oldest."""
    rows = await site.read("pages/proposals", statuses=["ready"], before=NEWEST, limit=50)
    moving = await site.read("pages/proposals", statuses=list(UNDER_WAY), before=NEWEST, limit=20)
    ids = sorted({gap for row in rows for gap in row["gap_ids"]})
    known = {row["id"]: row for row in await site.read("pages/gaps_by_id", ids=ids)} if ids else {}
    gaps = {row["id"]: [known[gap] for gap in row["gap_ids"] if gap in known] for row in rows}
    said = await site.read("pages/evidence_of_gaps", ids=ids) if ids else []
    evidence = {row["id"]: [item for item in said if item["gap_id"] in row["gap_ids"]] for row in rows}
    candidates = await site.read("pages/candidates", limit=500)
    asked = await site.read("questions/list", statuses=["asked", "clarifying"], limit=100)
    tickets = await site.read("tickets/list", statuses=["open"], limit=100)
    by_status = await site.read("pages/gap_counts")
    plans = await site.read("plans/list", limit=1)
    ready = sorted(rows, key=lambda row: (_weight(gaps[row["id"]]), row["number"]))
    waiting = sum(row["count"] for row in by_status if row["status"] in ("open", "proposed"))
    week = await site.read("metrics/week", since=site.now - NEWS)
    samples = await site.read("metrics/sampled", since=site.now - A_WEEK, limit=5)
    sample = next((row for row in samples if not row["answer"]), None)
    waits = await site.read("learning/intents", status="waiting", limit=100)
    unsure = [row for row in await site.read("learning/preferences", sort=SORT, limit=500) if row["status"] == INFERRED]
    wishes = (len(unsure), len(waits))
    counts = (len(asked), len(tickets), waiting, len(plans))
    return Inbox(
        ready, moving, gaps, evidence, by_claim(candidates), *counts, week[0] if week else None, sample, wishes
    )


def _weight(gaps: list[Row]) -> tuple[int, int, int]:
    contradicted = any(gap["type"] == "contradicted" for gap in gaps)
    worst = min((SEVERITIES.index(gap["severity"]) for gap in gaps), default=len(SEVERITIES))
    return (0 if contradicted else 1, worst, -max((gap["score"] or 0 for gap in gaps), default=0))


def by_claim(candidates: list[Any]) -> list[list[Row]]:
    """Group passages by the claim they may say something about, the strongest claim first."""
    groups: dict[str, list[Row]] = {}
    for row in candidates:
        groups.setdefault(row["claim_id"], []).append(row)
    return list(groups.values())


async def inbox_page(site: Site) -> None:
    """Build `/`."""
    with frame(site, "Inbox", "/"):
        live: Live[Inbox] = Live(site.watch, lambda: read_inbox(site), lambda found: _draw(site, found, live))
        await live.start()


def _draw(site: Site, found: Inbox, live: Live[Inbox]) -> None:
    heading("Inbox")
    lead(_summary(found))
    if found.questions:
        with box("notice"):
            tagged("span", f"{count(found.questions, 'question')} for you.")
            link("Answer", "/questions")
    if found.tickets:
        with box("notice"):
            tagged("span", f"{count(found.tickets, 'ticket')} for you.")
            link("Look", "/tickets")
    _draw_news(found)
    for row in found.ready:
        proposal_card(site, row, found.gaps[row["id"]], found.evidence[row["id"]], live.refresh)
    if not found.ready and not found.passages:
        _draw_empty(found)
    _draw_passages(site, found, live)
    _draw_under_way(found)


def _draw_news(found: Inbox) -> None:
    """The week's report, and the filtered proposal that asks whether it was rightly dropped."""
    if found.week:
        with box("notice"):
            tagged("span", "The week's report is there: how Vibe did over 30 days.")
            link("Look", "/measures")
    unsure, waits = found.wishes
    if unsure or waits:
        said = [count(unsure, "standing preference") + " to confirm"] if unsure else []
        said += [count(waits, "wish", "wishes") + " of yours that waits"] if waits else []
        with box("notice"):
            tagged("span", f"{', '.join(said)}.".capitalize())
            link("Look", "/wishes")
    if found.sample:
        with box("notice"):
            tagged("span", f"“{found.sample['title']}”: I would have dropped this. Right?")
            link("Answer", "/held-back")


def _summary(found: Inbox) -> str:
    if not found.ready:
        return "Nothing waits for your decision."
    return f"{count(len(found.ready), 'proposal')} {'waits' if len(found.ready) == 1 else 'wait'} for your decision."


def _draw_empty(found: Inbox) -> None:
    if not found.plans:
        empty("upload_file", "Bring a plan in first", "Run `vibe import PATH` with a PlanExe run, a plan in Markdown "
              "or JSON. Vibe then shows what it rests on without evidence.")  # fmt: skip
    elif found.open_gaps:
        text = f"{count(found.open_gaps, 'gap')} known. `vibe cycle`, or the daily pass, proposes remedies."
        empty("inbox", "All decided", text)
    else:
        empty("task_alt", "All is well", "No gap is open. New ones show up here with a proposed remedy.")


def _draw_passages(site: Site, found: Inbox, live: Live[Inbox]) -> None:
    if not found.passages:
        return
    with box("section"):
        heading("Passages only you can judge", small=True)
        lead("One tap says what a passage means for the claim; it is written down with your name.")
        for group in found.passages[:CLAIMS_SHOWN]:
            claim_with_passages(site, group[:PASSAGES_SHOWN], live.refresh, len(group) - PASSAGES_SHOWN)
        left = len(found.passages) - CLAIMS_SHOWN
        if left > 0:
            link(f"{count(left, 'more claim')} with passages", "/evidence#passages", "more")


def claim_with_passages(site: Site, group: list[Row], changed: Any, more: int = 0) -> None:
    """A claim with the passages found for it."""
    first = group[0]
    with box("card claim"):
        with box("head"):
            chip(first["claim_kind"] or "Claim")
            if more > 0:
                box("space", "span")
                tagged("span", f"{more} more", "when")
        link(first["claim_title"] or first["claim_id"], block_path(first["claim_id"]), "title")
        for row in group:
            candidate_card(site, row, changed)


def _draw_under_way(found: Inbox) -> None:
    if not found.under_way:
        return
    with box("section"):
        heading("Under way", small=True)
        for row in found.under_way:
            with box("item-row"):
                tagged("span", f"#{row['number']}", "number")
                link(row["title"], f"/proposals/{row['number']}")
                box("space", "span")
                chip(STATUSES.get(row["status"], row["status"]), f"status {row['status']}")
