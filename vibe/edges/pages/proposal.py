"""One proposal, whole: effect, diff, checks as a conversation, passages, evidence, verdict, history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vibe.domain.canonical import to_json
from vibe.domain.commands import CancelProposal
from vibe.domain.errors import NotFound
from vibe.domain.packet_effects import cost_of, diff_of, exact_effect, rollback_of
from vibe.domain.packets import parse_packet
from vibe.edges.pages.cards import Row, candidate_card, card_head, evidence_item, gap_lines
from vibe.edges.pages.deciding import decision_buttons
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.history import draw_history
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, card, chip, empty, facts, heading, lines, link, tagged
from vibe.edges.pages.words import REJECTIONS, minute, who
from vibe.kernel.showing import read_proposal

Found = Mapping[str, Any]
SPEAKERS = {"proposer": "Proposer", "critic": "Critic", "arbiter": "Arbiter"}
NEWEST = 2**53
SHOWN = {
    "blocks": "Blocks",
    "facts": "Fields of the block",
    "against": "Passages against it",
    "preferences": "Standing preferences",
    "rejected": "Rejections",
    "earlier": "Earlier proposals",
    "under_way": "What is being done",
    "links": "Neighbours",
    "alike": "Alike and rejected",
}


async def read_whole(site: Site, number: int) -> Found | None:
    """Read all there is about a proposal; None where there is none."""
    try:
        found = await read_proposal(site.desk.graph, number)
    except NotFound:
        return None
    ids = list(found["gap_ids"])
    verdicts = await site.read("decisions/verdict", proposal=found["id"])
    found["evidence"] = await site.read("pages/evidence_of_gaps", ids=ids) if ids else []
    return {
        "proposal": found,
        "gaps": await site.read("pages/gaps_by_id", ids=ids) if ids else [],
        "verdict": verdicts[0] if verdicts else None,
        "history": await site.read("pages/history", subject=found["id"], before=NEWEST, limit=100),
    }


async def proposal_page(site: Site, number: int) -> None:
    """Build `/proposals/{number}`."""
    with frame(site, f"Proposal {number}", "/"):
        link("Inbox", "/", "back")
        live: Live[Found | None] = Live(
            site.watch, lambda: read_whole(site, number), lambda found: _draw(site, number, found, live)
        )
        await live.start()


def _draw(site: Site, number: int, found: Found | None, live: Live[Found | None]) -> None:
    if found is None:
        empty("search_off", f"There is no proposal {number}", "The inbox lists those that wait for you.")
        return
    row, packet = found["proposal"], parse_packet(found["proposal"]["action"])
    with card(f"p{number}", "card whole"):
        card_head(site, row, found["gaps"])
        heading(row["title"])
        gap_lines(found["gaps"])
        tagged("p", row["content"], "content")
        _draw_verdict(found)
        if row["status"] == "ready":
            decision_buttons(site, row | {"action": to_json(row["action"]).decode()}, live.refresh, details=False)
        else:
            _cancel_button(site, row, live)
    if row["status"] != "ready":
        _draw_found(site, row, live)
    with box("section"):
        heading("What it does" if row["status"] != "ready" else "If you approve", small=True)
        lines(exact_effect(packet), "effects")
        _draw_diff(packet)
        facts({"Cost": cost_of(packet), "Taking it back": rollback_of(packet)})
    _draw_objection(row)
    if row["status"] == "ready":
        _draw_found(site, row, live)
    _draw_debate(row["debate"])
    _draw_context(row["context"])
    _draw_facts(row)
    draw_history(found["history"], site.now)


def _draw_objection(row: Row) -> None:
    """What speaks most against it; of a failed one, why it is shown all the same."""
    if row["objection"]:
        with box("section objection"):
            heading("Strongest objection", small=True)
            tagged("p", row["objection"])
            if row["shown_though"]:
                tagged("p", row["shown_though"])


def _cancel_button(site: Site, row: Row, live: Live[Found | None]) -> None:
    """What can still be taken back: an approval that nothing was done with, research that runs."""
    texts = {"approved": "Take the approval back"}
    texts |= {"executing": "Stop the research"} if row["action"]["type"] == "research" else {}
    if row["status"] not in texts:
        return
    number = row["number"]

    async def cancel() -> None:
        await site.carry_out(CancelProposal(number), f"The approval of proposal {number} is taken back.")
        await live.refresh()

    with box("buttons"):
        action(texts[row["status"]], cancel)


def _draw_verdict(found: Found) -> None:
    verdict, row = found["verdict"], found["proposal"]
    if verdict:
        with box(f"verdict {verdict['outcome']}"):
            name = REJECTIONS[verdict["rejection_type"]][0].lower() if verdict["rejection_type"] else ""
            said = f"{verdict['outcome'].capitalize()}{': ' + name if name else ''}"
            tagged("strong", said)
            tagged("span", f"{who(verdict['actor'] or '')}, {minute(verdict['at'])}")
            if verdict["reason"]:
                tagged("p", verdict["reason"])
    elif row.get("ended_because"):
        with box("verdict ended"):
            tagged("p", row["ended_because"])


def _draw_diff(packet: Any) -> None:
    changes = diff_of(packet)
    if not changes:
        return
    with box("diff"):
        for change in changes:
            kind = {"+": "plus", "-": "minus"}.get(change.mark, "set")
            with box(f"change {kind}"):
                tagged("span", change.mark, "mark")
                with box("what"):
                    tagged("span", change.what + (f" (if you choose “{change.option}”)" if change.option else ""))
                    if change.before:
                        tagged("del", change.before)
                    if change.after:
                        tagged("ins", change.after)


def _draw_found(site: Site, row: Found, live: Live[Found | None]) -> None:
    if row["candidates"]:
        with box("section"):
            heading("Passages only you can judge", small=True)
            for item in row["candidates"]:
                candidate_card(site, item, live.refresh)
    if row["evidence"]:
        with box("section"):
            heading("Evidence", small=True)
            for item in row["evidence"]:
                evidence_item(item)


def _draw_debate(debate: Found) -> None:
    if not debate["rounds"]:
        return
    checks = debate["by"] == "rules"
    with box("section"):
        heading("Checks" if checks else "Debate", small=True)
        for turn in debate["rounds"]:
            tagged("h4", f"Round {turn['n']}")
            for role, name in SPEAKERS.items():
                if turn[role]:
                    _draw_speech(role, name, turn[role])
        chip({"strong": "passed", "weak": "passed, weakly", "fail": "failed"}.get(debate["outcome"] or "", "undecided"))


def _draw_speech(role: str, name: str, said: Mapping[str, Any]) -> None:
    """One role's words; what is known by name is worded, the rest is left to the ledger."""
    texts = [said.get(key) for key in ("title", "content", "objection", "reason", "question") if said.get(key)]
    with box(f"speech {role}"):
        tagged("span", name, "who")
        with box("said"):
            for text in dict.fromkeys(map(str, texts)):
                tagged("p", text)
            _draw_marks(said.get("marks"))
            if said.get("outcome"):
                chip(str(said["outcome"]))


def _draw_marks(marks: object) -> None:
    if not isinstance(marks, Mapping) or not marks:
        return
    with box("marks"):
        for name, mark in marks.items():
            kind = {0: "bad", 1: "so-so", 2: "good"}.get(mark, "")
            chip(f"{str(name).replace('_', ' ')} {mark}/2", kind)


def _draw_context(context: Found) -> None:
    """What its draft was made from, and what of the graph it did not see."""
    shown = {name: number for name, number in context["shown"].items() if number}
    if not shown:
        return
    with box("section context"):
        heading("What the draft was made from", small=True)
        facts({SHOWN.get(name, name): number for name, number in shown.items()})
        for left in context["left_out"]:
            what = SHOWN.get(left["what"], left["what"]).lower()
            named = "; ".join(f"“{title}”" for title in left["titles"] if title)
            tagged("p", f"Left out for want of room: {left['count']} of {what}" + (f" ({named})" if named else "."))


def _draw_facts(row: Found) -> None:
    with box("section"):
        heading("Particulars", small=True)
        facts(
            {
                "Impact": row["impact"],
                "Effort": row["effort"],
                "Confidence": f"{row['confidence']:.0%}" if row["confidence"] is not None else "",
                "Version": row.get("version"),
                "Ready since": minute(row.get("ready_at")),
                "Expires": minute(row.get("expires_at")),
                "Digest": row["digest"],
            }
        )
