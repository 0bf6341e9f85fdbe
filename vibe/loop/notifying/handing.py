"""Handing: tickets are put before who is responsible, with what was tried.

Woken by `TicketsAssigned` and `TicketClosed`. A responsible person who has a chat is told there; a role that nobody
has, or the owner, means everybody who may decide. A few tickets are a message each, with their ways to end as
buttons; many at once, and breakdowns of several tasks, are one list that leads to the page. Nothing of the sample.
Emits `MessageIntended`, `MessageChanged`.

Source: document 002 section 2 ("Fallback Path"), issue "Plans that get done" (Scheduling).
"""

from __future__ import annotations

from collections.abc import Sequence

from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Entry
from vibe.domain.handed import ALONE_AT_MOST, closed_words, elsewhere_words, list_message, ticket_message
from vibe.domain.identities import derived_id
from vibe.domain.notifications import Approver, Note, NoteKind, revise
from vibe.domain.tickets import Ticket, TicketKind
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import approvers, called, kept_about, write_note

MOST = 500


async def tell_tickets(entry: Entry, tools: Tools) -> Change:
    """Tell those responsible."""
    plans = await tools.graph.read("plans/by_id", ids=[entry.body["plan"]])
    people = await approvers(tools)
    if not people or (plans and plans[0]["sample"]):
        return NOTHING
    ids = [item["id"] for item in entry.body["items"]][:MOST]
    rows = await tools.graph.read("ledger/nodes/ticket", ids=ids)
    waiting = [ticket for ticket in map(Ticket.from_row, rows) if ticket.status == "open"]
    change = NOTHING
    for person in people:
        theirs = [ticket for ticket in waiting if person in told_of(ticket, people)]
        change += await _tell(person, theirs, entry, tools)
        for ticket in waiting:
            change += await _moved_on(person, ticket, ticket not in theirs, tools)
    return change


def told_of(ticket: Ticket, people: Sequence[Approver]) -> list[Approver]:
    """Who is told of a ticket: the person it names, else everybody."""
    who = ticket.responsible.casefold()
    return [one for one in people if who in (one.id.casefold(), one.name.casefold())] or list(people)


async def _tell(person: Approver, tickets: Sequence[Ticket], entry: Entry, tools: Tools) -> Change:
    alone = [ticket for ticket in tickets if not _is_long(ticket)]
    if len(tickets) > ALONE_AT_MOST or (tickets and not alone):
        note = Note(
            derived_id("chat tickets", person.chat, entry.id), NoteKind.TICKET, person,
            list_message(tickets, tools.settings.http.public_url), body={"ids": [ticket.id for ticket in tickets]},
        )  # fmt: skip
        return await write_note(note, tools)
    change = NOTHING
    for ticket in alone:
        identity = derived_id("chat ticket", person.chat, ticket.id, entry.id)
        body = {"kind": ticket.kind.value}
        note = Note(identity, NoteKind.TICKET, person, ticket_message(ticket), ticket.id, body=body)
        change += await write_note(note, tools)
    return change


def _is_long(ticket: Ticket) -> bool:
    """Whether it takes the page's table: the breakdown of several tasks."""
    return ticket.kind is TicketKind.BREAKDOWN and len(ticket.draft.get("tasks", ())) > 1


async def _moved_on(person: Approver, ticket: Ticket, elsewhere: bool, tools: Tools) -> Change:
    """Have earlier messages of a ticket say that somebody else has it now."""
    change = NOTHING
    for note in await kept_about(ticket.id, tools) if elsewhere else ():
        if note.chat == person.chat and note.kind is NoteKind.TICKET:
            change += revise(note, ticket_message(ticket, elsewhere_words(ticket.responsible)), note.body)
    return change


async def tell_closed(entry: Entry, tools: Tools) -> Change:
    """Have every message of a ticket say how it ended."""
    kept = [note for note in await kept_about(entry.body["ticket"], tools) if note.kind is NoteKind.TICKET]
    rows = await tools.graph.read("ledger/nodes/ticket", ids=[entry.body["ticket"]]) if kept else []
    if not rows:
        return NOTHING
    ticket = Ticket.from_row(rows[0])
    change = NOTHING
    for note in kept:
        by = await called(entry.actor.removeprefix("person:"), note.person, tools)
        change += revise(note, ticket_message(ticket, closed_words(entry.body["resolution"], by)), note.body)
    return change
