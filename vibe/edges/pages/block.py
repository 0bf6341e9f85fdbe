"""One block: what it says, where it stands, what it hangs on, what speaks for and against it, its gaps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.history import draw_history
from vibe.edges.pages.live import Live
from vibe.edges.pages.marking import mark_buttons
from vibe.edges.pages.pieces import box, chip, empty, facts, heading, link, quote, severity, tagged
from vibe.edges.pages.words import THEMES, block_path, place, plan_path, stance_words

Found = Mapping[str, Any]
NEWEST = 2**53
SAYINGS = ("SUPPORTS", "EVIDENCE_FOR", "CONTRADICTS")
OUT = {
    "DEPENDS_ON": "Depends on",
    "BLOCKS": "Blocks",
    "REQUIRES": "Requires",
    "PROVIDES": "Provides",
    "ADDRESSES": "Addresses",
    "DERIVED_FROM": "Comes from",
    "CONCERNS": "Concerns",
    "PART_OF": "Part of",
    "SUPPORTS": "Supports",
    "EVIDENCE_FOR": "Evidence for",
    "CONTRADICTS": "Contradicts",
}
IN = {
    "DEPENDS_ON": "Needed by",
    "BLOCKS": "Blocked by",
    "REQUIRES": "Required by",
    "PROVIDES": "Provided by",
    "ADDRESSES": "Addressed by",
    "DERIVED_FROM": "Led to",
    "CONCERNS": "Concerned by",
    "PART_OF": "Consists of",
    "SUPPORTS": "Supported by",
    "EVIDENCE_FOR": "Evidence",
    "CONTRADICTS": "Contradicted by",
}


async def read_whole(site: Site, identity: str) -> Found | None:
    """Read all there is about a block; None where there is none."""
    rows = await site.read("blocks/by_id", ids=[identity])
    if not rows:
        return None
    links = await site.read("blocks/links_around", id=identity, limit=200)
    sayers = [row["source"] for row in links if row["type"] in SAYINGS and row["target"] == identity]
    evidence = {row["id"]: row for row in await site.read("blocks/by_id", ids=sayers)} if sayers else {}
    return {
        "block": rows[0],
        "links": [row for row in links if row["source"] not in evidence],
        "evidence": [(row["type"], evidence[row["source"]]) for row in links if row["source"] in evidence],
        "gaps": await site.read("pages/gaps_of_block", id=identity, limit=50),
        "history": await site.read("pages/history", subject=identity, before=NEWEST, limit=50),
    }


async def block_page(site: Site, identity: str) -> None:
    """Build `/blocks/{identity}`."""
    with frame(site, "Block", "/plans"):
        live: Live[Found | None] = Live(
            site.watch, lambda: read_whole(site, identity), lambda found: _draw(site, identity, found, live)
        )
        await live.start()


def _draw(site: Site, identity: str, found: Found | None, live: Live[Found | None]) -> None:
    if found is None:
        empty("search_off", "There is no such block", identity)
        return
    row = found["block"]
    if row["plan"]:
        link(row["plan"], plan_path(row["plan"]), "back")
    with box("card whole", "article"):
        with box("head"):
            chip(row["kind"], "kind")
            chip(row["status"], f"status {row['status']}")
            if row["priority"]:
                chip(row["priority"])
            box("space", "span")
            tagged("span", place(row["file"], row["line"]), "where")
        heading(row["title"])
        tagged("p", row["content"] or "", "content")
    _draw_gaps(site, row, found["gaps"], live.refresh)
    _draw_evidence(found["evidence"])
    _draw_links(identity, found["links"])
    _draw_particulars(row)
    draw_history(found["history"], site.now)


def _draw_gaps(site: Site, block: Row, gaps: Sequence[Row], changed: Callable[[], Awaitable[None]]) -> None:
    if not gaps:
        return
    with box("section"):
        heading("Gaps", small=True)
        for gap in gaps:
            with box("item-row tall"):
                with box("line"):
                    severity(gap["severity"])
                    tagged("span", THEMES.get(gap["type"], (gap["type"], ""))[0])
                    box("space", "span")
                    if gap["number"]:
                        link(f"Proposal #{gap['number']}", f"/proposals/{gap['number']}", "where")
                    chip(gap["status"] + (f": {gap['closed_reason']}" if gap["closed_reason"] else ""))
                if gap["status"] in ("open", "proposed"):
                    mark_buttons(site, {**gap, "block_title": block["title"]}, changed)


def _draw_evidence(evidence: Sequence[tuple[str, Row]]) -> None:
    if not evidence:
        return
    with box("section"):
        heading("What speaks for and against it", small=True)
        for stance, row in evidence:
            more = row["properties"]
            withdrawn = " · withdrawn" if row["status"] == "withdrawn" else ""
            with box(f"evidence {stance.lower()} {row['status']}"):
                beside = stance_words(stance, more.get("origin")) + withdrawn
                text = more.get("quote") or row["content"] or row["title"]
                quote(text, row["file"], row["line"], beside, word_for_word=bool(more.get("quote")))


def _draw_links(identity: str, links: Sequence[Row]) -> None:
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for row in links:
        outward = row["source"] == identity
        end = "target" if outward else "source"
        name = str((OUT if outward else IN).get(row["type"], row["type"]))
        groups.setdefault(name, []).append((row[end], row[f"{end}_kind"], row[f"{end}_title"]))
    if not groups:
        return
    with box("section"):
        heading("Links", small=True)
        with box("links", "dl"):
            for name, ends in groups.items():
                tagged("dt", name)
                with box("ends", "dd"):
                    for other, kind, title in ends:
                        with box("end"):
                            chip(kind or "Block")
                            link(title or other, block_path(other))


def _draw_particulars(row: Row) -> None:
    more = row["properties"]
    with box("section"):
        heading("Particulars", small=True)
        facts(
            {
                "Id": row["id"],
                "Choices": "; ".join(map(str, more.get("choices") or [])),
                "How to check it": more.get("validationMethod"),
                "Fails when": more.get("failureTrigger"),
                "Support": f"{more['supportRatio']:.0%}" if more.get("supportRatio") is not None else "",
                "Source": place(row["file"], row["line"]),
                "Source's SHA-256": more.get("sourceSha256"),
            }
        )
