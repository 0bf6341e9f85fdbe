"""Assigning: who is responsible for what waits for a person.

Woken by `TicketsOpened`: whoever of the plan's team does such work, else the owner. A person may say otherwise, of one
ticket (`AssignTicket`) or of a role (`AssignRole`). Emits `TicketsAssigned`, which those concerned are told, and
`TeamChanged`.

Source: document 002 section 2 ("notifying the responsible stakeholder").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.teams import MOST_MEMBERS, ROLE_MAX, Member, read_kept, responsible_for, team_text
from vibe.domain.tickets import Ticket
from vibe.domain.verdicts import decider_of
from vibe.domain.work_commands import AssignRole, AssignTicket
from vibe.kernel.tools import Tools
from vibe.plans.ticketing import find_ticket

PAGE = 500


async def assign_tickets(entry: Entry, tools: Tools) -> Change:
    """Find who is responsible for each ticket that was opened."""
    team = await _team(entry.body["plan"], tools)
    ids = [item["id"] for item in entry.body["items"]]
    found: list[Ticket] = []
    for start in range(0, len(ids), PAGE):
        found += map(Ticket.from_row, await tools.graph.read("ledger/nodes/ticket", ids=ids[start : start + PAGE]))
    waiting = [ticket for ticket in found if ticket.status == "open"]
    return _assigned([(ticket, responsible_for(_work(ticket), team)) for ticket in waiting])


def _work(ticket: Ticket) -> str:
    goal = ticket.draft.get("params") or {}
    return f"{ticket.title} {str(goal.get('goal', ''))[:600]}"


async def _team(plan: str, tools: Tools) -> tuple[Member, ...]:
    rows = await tools.graph.read("plans/by_id", ids=[plan])
    return read_kept(rows[0]["team"]) if rows else ()


def _assigned(found: Sequence[tuple[Ticket, str]]) -> Change:
    if not found:
        return NOTHING
    first = found[0][0]
    items = [{"id": ticket.id, "kind": ticket.kind.value, "responsible": who} for ticket, who in found]
    rows = [{"id": ticket.id, "props": {"responsible": who}} for ticket, who in found if who != ticket.responsible]
    body = {"execution": first.execution, "plan": first.plan, "items": items}
    return Change(
        expects=tuple(expect("Ticket", ticket.id, status="open") for ticket, _ in found),
        effects=(Effect("tickets/set", *rows),) if rows else (),
        events=(Event(EventType.TICKETS_ASSIGNED, first.execution or first.plan, body),),
    )


async def assign_ticket(command: AssignTicket, tools: Tools) -> Change:
    """Make somebody responsible for a ticket.

    Raises:
        NotFound: no such ticket. BadInput: nobody is named. Conflict: it is closed. Refused: not a person asks.
    """
    decider_of(tools.actor)
    who = _named(command.responsible, "responsible")
    ticket = await find_ticket(command.id, tools)
    if ticket.status != "open":
        raise Conflict(f"ticket {ticket.id!r} is closed already")
    return _assigned([(ticket, who)]) + Change(answer={"ticket_id": ticket.id, "responsible": who})


async def assign_role(command: AssignRole, tools: Tools) -> Change:
    """Say who has a role; tickets that are opened from now on go to them.

    Raises:
        NotFound: no such plan. BadInput: no role. Refused: not a person asks.
    """
    decider_of(tools.actor)
    role = _named(command.role, "role")
    person = " ".join(command.person.split())[:ROLE_MAX]
    rows = await tools.graph.read("plans/by_id", ids=[command.plan])
    if not rows:
        raise NotFound(f"there is no plan {command.plan!r}; `vibe plans` lists them")
    team = list(read_kept(rows[0]["team"]))
    known = [item for item in team if item.role.casefold() == role.casefold()]
    if not known and len(team) >= MOST_MEMBERS:
        raise BadInput(f"a team has {MOST_MEMBERS} roles at most", field="role")
    named = [replace(item, person=person) if item in known else item for item in team]
    text = team_text(named if known else [*named, Member(role, person=person)])
    body = {"plan": command.plan, "role": known[0].role if known else role, "person": person}
    return Change(
        expects=(expect("Plan", command.plan, team=rows[0]["team"]),),
        effects=(Effect("plans/set", {"id": command.plan, "props": {"team": text}}),),
        events=(Event(EventType.TEAM_CHANGED, command.plan, body),),
        answer=body,
    )


def _named(text: str, where: str) -> str:
    found = " ".join(text.split())
    if not 0 < len(found) <= ROLE_MAX:
        raise BadInput(f"a name has 1 to {ROLE_MAX} characters", field=where)
    return found
