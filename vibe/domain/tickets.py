"""Tickets: what a person has to do, look at or settle before work goes on.

Source: SPEC section 7 (`GET /api/tickets`), document 002 section 2 ("Fallback Path").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from vibe.domain.canonical import epoch_ms, from_json, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import BadInput
from vibe.domain.events import Event, EventType


class TicketKind(StrEnum):
    """What a person is asked for."""

    WORK = "work"  # do it, or say who does
    REVIEW = "review"  # is this result good
    BREAKDOWN = "breakdown"  # how is this done
    WAIT = "wait"  # nobody answered: try again, or go on without


class Resolution(StrEnum):
    """How a ticket ends."""

    DONE = "done"
    ACCEPT = "accept"
    RETURN = "return"
    TAKE_OVER = "take_over"
    SKIP = "skip"
    RETRY = "retry"
    BREAKDOWN = "breakdown"


_R = Resolution
RESOLUTIONS: Mapping[TicketKind, tuple[Resolution, ...]] = {
    TicketKind.WORK: (_R.DONE, _R.SKIP, _R.RETRY),
    TicketKind.REVIEW: (_R.ACCEPT, _R.RETURN, _R.TAKE_OVER, _R.SKIP),
    TicketKind.BREAKDOWN: (_R.ACCEPT, _R.BREAKDOWN),
    TicketKind.WAIT: (_R.RETRY, _R.SKIP, _R.DONE),
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket; `tried` says what was done before, `draft` is what a person may take over as it is."""

    id: str
    kind: TicketKind
    plan: str
    title: str
    execution: str | None = None
    task: str | None = None
    responsible: str = "owner"
    tried: str = ""
    draft: Mapping[str, Any] = field(default_factory=dict)
    status: str = "open"

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Ticket:
        """Read `properties` of a node."""
        props = row["properties"]
        return cls(
            props["id"],
            TicketKind(props["kind"]),
            props["plan"],
            props["title"],
            props.get("execution"),
            props.get("task"),
            props["responsible"],
            props["tried"],
            from_json(props["draft"]),
            props["status"],
        )

    @property
    def choices(self) -> tuple[Resolution, ...]:
        """How it may end; one about a plan as a whole is only accepted or returned."""
        whole = self.kind is TicketKind.REVIEW and self.task is None
        return (_R.ACCEPT, _R.RETURN) if whole else RESOLUTIONS[self.kind]

    def as_data(self) -> dict[str, Any]:
        """As the API and the pages show it."""
        told = {"id": self.id, "kind": self.kind.value, "task_id": self.task, "title": self.title, "plan": self.plan}
        more = {"execution_id": self.execution, "responsible": self.responsible, "tried": self.tried}
        choices = [resolution.value for resolution in self.choices]
        return told | more | {"status": self.status, "resolutions": choices, "draft": dict(self.draft) or None}


def open_tickets(tickets: Sequence[Ticket], *, at: datetime) -> Change:
    """Build the change that opens tickets; `TicketsOpened` tells who is responsible."""
    if not tickets:
        return NOTHING
    first = tickets[0]
    items = [{"id": item.id, "kind": item.kind.value, "task": item.task, "title": item.title} for item in tickets]
    body = {"execution": first.execution, "plan": first.plan, "items": items}
    return Change(
        effects=(Effect("tickets/create", *({"id": item.id, "props": _props(item, at)} for item in tickets)),),
        events=(Event(EventType.TICKETS_OPENED, first.execution or first.plan, body),),
    )


def _props(ticket: Ticket, at: datetime) -> dict[str, Any]:
    props = {
        "kind": ticket.kind.value,
        "plan": ticket.plan,
        "title": ticket.title,
        "execution": ticket.execution,
        "task": ticket.task,
        "responsible": ticket.responsible,
        "tried": ticket.tried,
        "draft": to_json(ticket.draft).decode(),
        "status": ticket.status,
        "openedMs": epoch_ms(at),
    }
    return {name: value for name, value in props.items() if value is not None}


def close_ticket(ticket: Ticket, resolution: str, *, by: str, at: datetime, note: str = "") -> Change:
    """Build the change that closes a ticket that is open."""
    props = {"status": "closed", "resolution": resolution, "closedBy": by, "closedMs": epoch_ms(at)}
    body = {"ticket": ticket.id, "kind": ticket.kind.value, "resolution": resolution, "task": ticket.task}
    body |= {"plan": ticket.plan, "execution": ticket.execution, "note": note or None}
    return Change(
        expects=(expect("Ticket", ticket.id, status="open"),),
        effects=(Effect("tickets/set", {"id": ticket.id, "props": props | ({"note": note} if note else {})}),),
        events=(Event(EventType.TICKET_CLOSED, ticket.execution or ticket.plan, body),),
    )


def read_resolution(ticket: Ticket, word: str) -> Resolution:
    """Read how a ticket of this kind may end.

    Raises:
        BadInput: no such word, or not for this kind.
    """
    allowed = ticket.choices
    if word.strip().lower() not in allowed:
        raise BadInput(
            f"a {ticket.kind} ticket ends with one of {', '.join(allowed)}, not {word!r}", field="resolution"
        )
    return Resolution(word.strip().lower())
