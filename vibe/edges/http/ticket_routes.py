"""Tickets over HTTP: what waits for a person, and how it ends."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from vibe.domain.commands import ResolveTicket
from vibe.domain.errors import BadInput
from vibe.edges.http.bodies import TicketEnd
from vibe.edges.http.requests import Actor, Once
from vibe.kernel.desk import Desk
from vibe.plans.showing import read_tickets

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

    return router
