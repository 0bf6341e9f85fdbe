"""Reading what messages to chats are made from: who is written to, what waits, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import Change
from vibe.domain.hours import Hours
from vibe.domain.messages import Message
from vibe.domain.notices import Details, details_message, state_of
from vibe.domain.notifications import Approver, Kept, Note, NoteKind, intend
from vibe.domain.packets import parse_packet
from vibe.domain.proposals import ProposalStatus
from vibe.kernel.people import read_approvers
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

CAPPED = [NoteKind.RESULT.value, NoteKind.QUESTION.value, NoteKind.PROPOSAL.value, NoteKind.TICKET.value]
AN_HOUR = timedelta(hours=1)


async def approvers(tools: Tools) -> list[Approver]:
    """Everybody who is written to."""
    return await read_approvers(tools.graph, tools.settings.owner)


async def approver(person: str, tools: Tools) -> Approver | None:
    """One of them."""
    return next((one for one in await approvers(tools) if one.id == person), None)


async def write_note(note: Note, tools: Tools, *, presses: bool = False) -> Change:
    """Have a message of Vibe's own accord sent: not in quiet hours, and within the cap an hour, unless it `presses`.

    A result that is too much goes into the next digest; a question waits until there is room again.
    """
    now = tools.clock.now()
    if presses:
        return intend(note, at=now)
    quiet = note.to.hours.quiet_until(now)
    if quiet is not None:
        return intend(note, at=now, until=quiet)
    if note.kind.value not in CAPPED:
        return intend(note, at=now)
    cap = tools.settings.owner.messages_an_hour
    lately = await tools.graph.read(
        "notifications/lately", chat=note.to.chat, after_ms=epoch_ms(now - AN_HOUR), kinds=CAPPED, limit=100
    )
    if len(lately) < cap:
        return intend(note, at=now)
    if note.kind is NoteKind.RESULT:
        return intend(note, at=now, for_digest=True)
    oldest = lately[-cap]["intended_ms"] if cap else epoch_ms(now)
    return intend(note, at=now, until=now + AN_HOUR - timedelta(milliseconds=epoch_ms(now) - oldest))


async def kept_about(subject: str, tools: Tools) -> list[Kept]:
    """The messages about one thing."""
    return [Kept.from_row(row) for row in await tools.graph.read("notifications/about", subject=subject, limit=500)]


async def kept_showing(proposal: str, tools: Tools) -> list[Kept]:
    """The messages that show a proposal."""
    rows = await tools.graph.read("notifications/showing", proposal=proposal, limit=500)
    return [Kept.from_row(row) for row in rows]


async def read_details(row: Row, tools: Tools) -> Details:
    """A proposal (a row of `proposals/by_id` or `proposals/show`) as its message tells it."""
    about = await tools.graph.read("gaps/of_ids", ids=list(row["gap_ids"])) if row["gap_ids"] else []
    return Details(
        number=row["number"],
        version=row["version"] or 1,
        title=row["title"],
        impact=row["impact"] or "",
        proposal_type=row["proposal_type"] or "",
        digest=row["digest"],
        packet=parse_packet(row["action"]),
        content=row["content"] or "",
        gap="; ".join(str(gap["description"]) for gap in about),
        objection=row["objection"] or "",
        uncertain=bool(row["uncertain"]),
        expires="",
        status=ProposalStatus(row["status"]),
        gap_id=row["gap_id"] or "",
        shown_though=row["shown_though"] or "",
    )


async def decided_by(proposal: str, tools: Tools) -> str:
    """Who decided a proposal, in short; empty: nobody did."""
    rows = await tools.graph.read("decisions/verdict", proposal=proposal)
    return str(rows[0]["person"]) if rows else ""


async def proposal_message(row: Row, person: Approver, tools: Tools) -> tuple[Message, dict[str, str]]:
    """A proposal's own message as it stands, and what it is made from."""
    one = await read_details(row, tools)
    expires = when(row["expires_at"], person.hours) if row["expires_at"] else "not yet known"
    body = {"digest": row["digest"], "expires": expires}
    return details_message(replace(one, expires=expires), tools.settings.http.public_url), body


async def state_now(row: Row, digest: str, person: str, tools: Tools) -> str:
    """What became of a proposal since a person was shown the version of `digest`; empty: it waits as shown."""
    by = await decided_by(row["id"], tools)
    named = await called(by, person, tools)
    return state_of(
        ProposalStatus(row["status"]), same_version=row["digest"] == digest, by=named, reason=row["ended_because"] or ""
    )


async def called(who: str, person: str, tools: Tools) -> str:
    """What somebody is called in a message to a person: you, a name, or the id."""
    if who == person:
        return "you"
    return next((one.name for one in await approvers(tools) if one.id == who and one.name), who)


def when(moment: datetime, hours: Hours) -> str:
    """An instant on a person's own clock: `Mon 16 March 09:00`."""
    local = hours.local(moment)
    return f"{local:%a} {local.day} {local:%B} {local:%H:%M}"
