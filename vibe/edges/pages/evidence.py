"""Evidence with its quotes, and the passages that only a person can judge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vibe.domain.commands import WithdrawEvidence
from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site
from vibe.edges.pages.dialogs import answers, dialog, words
from vibe.edges.pages.frame import frame
from vibe.edges.pages.inbox import by_claim, claim_with_passages
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, card, chip, empty, heading, lead, link, quote, tagged
from vibe.edges.pages.words import ago, block_path, count, stance_words, who

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence, newest first, how much of it counts and how much is older than what is shown; passages by claim."""

    evidence: list[Row]
    active: int
    older: int
    passages: list[list[Row]]


async def read_evidence(site: Site) -> Shown:
    """Read what there is."""
    rows = list(await site.read("pages/evidence", limit=SHOWN))
    counts = {row["withdrawn"]: row["count"] for row in await site.read("pages/evidence_count")}
    older = sum(counts.values()) - len({row["id"] for row in rows})
    rows.sort(key=lambda row: row["status"] == "withdrawn")
    candidates = await site.read("pages/candidates", limit=500)
    return Shown(rows, counts.get(False, 0), older, by_claim(list(candidates)))


async def evidence_page(site: Site) -> None:
    """Build `/evidence`."""
    with frame(site, "Evidence", "/evidence"):
        live: Live[Shown] = Live(site.watch, lambda: read_evidence(site), lambda found: _draw(site, found, live))
        await live.start()


def _draw(site: Site, found: Shown, live: Live[Shown]) -> None:
    heading("Evidence")
    lead(f"{count(found.active, 'piece')} of evidence, each quoted word for word with file and line.")
    if not found.evidence:
        text = "Approve a proposal that asks for research, say “I have evidence” on a gap, or add your own document."
        empty("format_quote", "No evidence yet", text)
    for row in found.evidence:
        _draw_piece(site, row, live.refresh)
    if found.older > 0:
        lead(f"and {count(found.older, 'older piece')}; `vibe export` has them all.")
    if found.passages:
        with box("section").props('id="passages"'):
            heading("Passages only you can judge", small=True)
            for group in found.passages:
                claim_with_passages(site, group, live.refresh)


def _draw_piece(site: Site, row: Row, changed: Callable[[], Awaitable[None]]) -> None:
    async def withdraw() -> None:
        if await _ask_why_withdrawn(site, row):
            await changed()

    with card(f"e{row['id']}", f"card evidence {(row['stance'] or '').lower()} {row['status']}"):
        with box("head"):
            chip(stance_words(row["stance"], row["origin"]), (row["stance"] or "").lower())
            if row["status"] == "withdrawn":
                chip(f"withdrawn{': ' + row['reason'] if row['reason'] else ''}", "withdrawn")
            box("space", "span")
            tagged("span", ago(row["created_at"], site.now), "when")
        if row["claim_id"]:
            with box("about"):
                tagged("span", row["claim_kind"] or "")
                link(row["claim_title"] or row["claim_id"], block_path(row["claim_id"]))
        judge = f"judged by {who(row['person']).lower()}" if row["person"] else ""
        text = row["quote"] or row["content"] or row["title"]
        quote(text, row["file"], row["line"], judge, word_for_word=bool(row["quote"]))
        if row["source_sha256"]:
            tagged("code", f"sha256 {row['source_sha256'][:16]}…", "sha").props["title"] = row["source_sha256"]
        if row["status"] != "withdrawn":
            with box("buttons"):
                action("Withdraw", withdraw, kind="quiet", do="reject")


async def _ask_why_withdrawn(site: Site, row: Row) -> bool:
    with dialog("Withdraw this evidence?", "It stays readable; its gap may come back.") as opened:
        reason = words("Why is it not convincing?", rows=2)
        answers(opened, "Withdraw", lambda: (reason.value or "",), kind="main danger")
    given = await opened
    if given is None:
        return False
    return await site.carry_out(WithdrawEvidence(row["id"], given[0]), "The evidence is withdrawn.")
