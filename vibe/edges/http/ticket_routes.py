"""Tickets over HTTP: what waits for a person, and how it ends."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from vibe.domain.commands import ResolveTicket
from vibe.domain.errors import BadInput
from vibe.domain.work_commands import AssignRole, AssignTicket
from vibe.edges.http.bodies import Responsible, Role, TicketEnd
from vibe.edges.http.requests import Actor, Once
from vibe.kernel.desk import Desk
from vibe.plans.showing import read_team_of, read_tickets

STATUSES = ("open", "closed")


def ticket_routes(desk: Desk) -> APIRouter:
    """The routes about tickets."""
    router = APIRouter(prefix="/api/tickets", tags=["tickets"])

    @router.get("", summary="What waits for a person")
    async def tickets(status: str = "open") -> dict[str, Any]:
        if status.lower() not in STATUSES:
            raise BadInput(f"{status!r} is none of {', '.join(STATUSES)}", field="status")
        return {"tickets": await read_tickets(desk.graph, status.lower())}

    @router.post("/{identity}", summary="Say how a ticket ends")
    async def resolve(identity: str, body: TicketEnd, actor: Actor, once: Once) -> dict[str, Any]:
        command = ResolveTicket(identity, body.resolution, body.note, body.output_data, body.markdown)
        return dict((await desk.execute(command, actor=actor, key=once)).answer)

    @router.post("/{identity}/responsible", summary="Say who is responsible for a ticket; they are told")
    async def assign(identity: str, body: Responsible, actor: Actor) -> dict[str, Any]:
        return dict((await desk.execute(AssignTicket(identity, body.responsible), actor=actor)).answer)

    return router


def team_routes(desk: Desk) -> APIRouter:
    """The routes about a plan's team."""
    router = APIRouter(prefix="/api/plans", tags=["tickets"])

    @router.get("/{plan_id}/team", summary="The roles of a plan's team, and who has them")
    async def team(plan_id: str) -> dict[str, Any]:
        return {"team": await read_team_of(desk.graph, plan_id)}

    @router.post("/{plan_id}/team", summary="Say which person has a role; empty: nobody any more")
    async def assign_role(plan_id: str, body: Role, actor: Actor) -> dict[str, Any]:
        return dict((await desk.execute(AssignRole(plan_id, body.role, body.person), actor=actor)).answer)

    return router
