"""Marking: the three answers a person has for a gap: I have evidence, I accept the risk, this is no gap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vibe.domain.commands import MarkGap, ProposeGap
from vibe.domain.errors import VibeError
from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import ACTOR, Site, tell
from vibe.edges.pages.dialogs import Uploaded, answers, date, dialog, line, upload, words
from vibe.edges.pages.pieces import action, box


def mark_buttons(site: Site, row: Row, changed: Callable[[], Awaitable[None]]) -> None:
    """The three answers as buttons."""

    def asking(ask: Callable[[Site, Row], Awaitable[bool]]) -> Callable[[], Awaitable[None]]:
        async def press() -> None:
            if await ask(site, row):
                await changed()

        return press

    with box("buttons"):
        action("I have evidence", asking(_ask_for_evidence), do="approve")
        action("I accept the risk", asking(_ask_until_when), kind="quiet")
        action("Not a gap", asking(_ask_why_none), do="reject", kind="quiet")
        if row["status"] == "open":
            action("Propose now", asking(_propose), kind="quiet")


async def _propose(site: Site, row: Row) -> bool:
    return await site.carry_out(ProposeGap(row["id"]), "A proposal for it is being drafted and checked.")


async def _ask_for_evidence(site: Site, row: Row) -> bool:
    with dialog("What is the evidence?", row["block_title"] or row["description"]) as opened:
        text = words("In your words, or quoted", rows=4)
        link = line("Where it stands (a link, optional)")
        file = upload("A text file (optional); it is kept as a document of yours")
        answers(
            opened,
            "Write it down",
            lambda: (text.value or "", link.value or "") if text.value or link.value or file.name else None,
        )
    given = await opened
    if given is None:
        return False
    kept = await _keep(site, file) if file.name else ""
    if kept is None:
        return False
    said = "Written down as evidence, with your name."
    return await _mark(site, row, "evidence", said, text=given[0], link=given[1], file=kept)


async def _keep(site: Site, file: Uploaded) -> str | None:
    """Keep an uploaded file; None, told to the person, where it can't be."""
    try:
        return await site.desk.take_document(file.name, file.data, actor=ACTOR)
    except VibeError as error:
        tell(str(error), bad=True)
        return None


async def _ask_until_when(site: Site, row: Row) -> bool:
    with dialog("Accept the risk until when?", row["block_title"] or row["description"]) as opened:
        until = date("Until", hint="The gap comes back on that day.")
        text = words("Why (optional)", rows=2)
        answers(opened, "Accept the risk", lambda: (until.value, text.value or "") if until.value else None)
    given = await opened
    if given is None:
        return False
    return await _mark(site, row, "accept", f"Accepted until {given[0]}.", until=given[0], text=given[1])


async def _ask_why_none(site: Site, row: Row) -> bool:
    with dialog("Why is this no gap?", "It counts against Vibe's accuracy and is not shown again.") as opened:
        text = words("Reason", rows=2)
        answers(opened, "Not a gap", lambda: text.value.strip() or None if text.value else None)
    given = await opened
    if given is None:
        return False
    return await _mark(site, row, "noise", "Noted: not a gap.", text=given)


async def _mark(
    site: Site,
    row: Row,
    mark: str,
    said: str,
    *,
    text: str = "",
    link: str = "",
    file: str = "",
    until: str | None = None,
) -> bool:
    command = MarkGap(row["id"], mark, text=text, until=until, link=link or None, file=file or None)
    return await site.carry_out(command, said)
