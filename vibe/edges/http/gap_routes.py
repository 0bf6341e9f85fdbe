"""Gaps over HTTP: list them, say something about one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from vibe.domain.commands import MarkGap
from vibe.edges.http.bodies import Mark
from vibe.edges.http.requests import Actor, Once
from vibe.kernel.desk import Desk
from vibe.kernel.showing import read_gaps


def gap_routes(desk: Desk) -> APIRouter:
    """The routes about gaps."""
    router = APIRouter(prefix="/api/gaps", tags=["gaps"])

    @router.get("", summary="The gaps, the weightiest first")
    async def gaps(rule: str | None = None, every: bool = False) -> dict[str, Any]:
        return {"gaps": await read_gaps(desk.graph, rule=rule, every=every)}

    @router.post("/{identity}/mark", summary="I have evidence, I accept the risk, or this is no gap")
    async def mark(identity: str, body: Mark, actor: Actor, once: Once) -> dict[str, Any]:
        command = MarkGap(identity, body.mark, text=body.text, until=body.until, link=body.link)
        return dict((await desk.execute(command, actor=actor, key=once)).answer)

    return router
