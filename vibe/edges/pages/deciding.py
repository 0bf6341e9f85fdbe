"""Deciding: approve, reject, edit, redo, as buttons of a proposal.

What was shown is what is decided on: every decision carries the digest that stood on the page; if it changed since, the
new version is drawn instead.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from nicegui import ui

from vibe.domain.commands import DecideProposal, EditProposal, RedoProposal
from vibe.domain.packets import Ask, Research, parse_packet, to_plain
from vibe.edges.pages.desks import Site
from vibe.edges.pages.dialogs import answers, date, dialog, line, words
from vibe.edges.pages.pieces import action, box, link
from vibe.edges.pages.words import REJECTIONS

Changed = Callable[[], Awaitable[None]]


def decision_buttons(site: Site, row: Mapping[str, Any], changed: Changed, *, details: bool = True) -> None:
    """The buttons of a proposal that waits for the person."""

    async def approve() -> None:
        command = DecideProposal(row["number"], "approve", row["digest"])
        await site.carry_out(command, f"Proposal {row['number']} is approved and being carried out.")
        await changed()

    async def reject() -> None:
        if await _ask_why_not(site, row):
            await changed()

    async def edit() -> None:
        if await _ask_for_changes(site, row):
            await changed()

    async def redo() -> None:
        if await _ask_for_words(site, row):
            await changed()

    with box("buttons"):
        action("Approve", approve, do="approve", kind="main", icon="check")
        action("Reject", reject, do="reject", icon="close")
        action("Edit", edit, do="edit", kind="quiet")
        action("Redo with my words", redo, kind="quiet")
        if details:
            link("Details", f"/proposals/{row['number']}", "details")


async def _ask_why_not(site: Site, row: Mapping[str, Any]) -> bool:
    with dialog(f"Reject proposal {row['number']}", row["title"]) as opened:
        kind = ui.radio({key: f"{name}. {text}" for key, (name, text) in REJECTIONS.items()}, value="not_now")
        kind.classes("choices")
        reason = words("Why (in your words, optional)")
        back = date("Come back on (optional)", hint="Left empty: in 14 days, later each time.")
        back.bind_visibility_from(kind, "value", value="not_now")
        answers(opened, "Reject", lambda: (kind.value, reason.value or "", back.value or ""), kind="main danger")
    given = await opened
    if given is None:
        return False
    until = _midnight(given[2]) if given[0] == "not_now" else None
    command = DecideProposal(row["number"], "reject", row["digest"], given[0], given[1], until)
    await site.carry_out(command, f"Proposal {row['number']} is rejected: {REJECTIONS[given[0]][0].lower()}.")
    return True


def _midnight(day: str) -> datetime | None:
    return datetime.combine(datetime.fromisoformat(day).date(), time(), UTC) if day else None


async def _ask_for_changes(site: Site, row: Mapping[str, Any]) -> bool:
    packet = parse_packet(row["action"])
    plain = to_plain(packet)
    with dialog(f"Edit proposal {row['number']}", "It is checked anew under the same number.") as opened:
        title, content = line("Title", row["title"]), words("What it says", row["content"], rows=4)
        fields: dict[str, ui.textarea] = {}
        if isinstance(packet, Research | Ask):
            fields["question"] = words("Question", packet.question)
        if isinstance(packet, Research):
            fields |= {"confirm": words("Counts as confirmation", packet.confirm)}
            fields |= {"refute": words("Counts as refutation", packet.refute)}

        def value() -> EditProposal:
            action = plain | {name: field.value for name, field in fields.items()}
            return EditProposal(row["number"], title.value, content.value, action, row["digest"])

        answers(opened, "Save and check again", value)
    command = await opened
    if command is None:
        return False
    await site.carry_out(command, f"Proposal {row['number']} is changed and being checked anew.")
    return True


async def _ask_for_words(site: Site, row: Mapping[str, Any]) -> bool:
    with dialog(f"Redo proposal {row['number']}", "It is drafted again with your words in mind.") as opened:
        said = words("What should be different", hint="For instance: ask the supplier first.")
        answers(opened, "Redo", lambda: said.value.strip() or None if said.value else None)
    given = await opened
    if given is None:
        return False
    command = RedoProposal(row["number"], given, row["digest"])
    await site.carry_out(command, f"Proposal {row['number']} is being written anew.")
    return True
