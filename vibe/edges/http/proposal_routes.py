"""Proposals over HTTP: read them, decide on them, judge what was found for them.

A decision names the digest it was made on; decided, expired, stale or another digest is 409 with the word for it.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from vibe.domain.commands import DecideProposal, JudgeCandidate
from vibe.edges.http.bodies import Decision, Judgement
from vibe.edges.http.requests import Actor, Once
from vibe.kernel.desk import Desk
from vibe.kernel.showing import read_proposal, read_proposals


def proposal_routes(desk: Desk) -> APIRouter:
    """The routes about proposals."""
    router = APIRouter(prefix="/api", tags=["proposals"])

    @router.get("/proposals", summary="Proposals of a status: open (the default), all, ready, ...")
    async def proposals(status: str = "open") -> dict[str, Any]:
        return {"proposals": await read_proposals(desk.graph, status)}

    @router.get("/proposals/{number}", summary="One proposal with its packet, checks, evidence and candidates")
    async def proposal(number: int) -> dict[str, Any]:
        return await read_proposal(desk.graph, number)

    @router.post("/proposals/{number}/decision", summary="Approve or reject the version with this digest")
    async def decide(number: int, body: Decision, actor: Actor, once: Once) -> dict[str, Any]:
        command = DecideProposal(number, body.decision, body.digest, body.rejection_type, body.reason, body.until)
        return dict((await desk.execute(command, actor=actor, key=once)).answer)

    @router.post("/candidates/{identity}/judge", summary="Say what a found passage says about its claim")
    async def judge(identity: str, body: Judgement, actor: Actor, once: Once) -> dict[str, Any]:
        return dict((await desk.execute(JudgeCandidate(identity, body.stance), actor=actor, key=once)).answer)

    return router
