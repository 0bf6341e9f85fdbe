"""Proposals that are ready, put in without a cycle."""

from __future__ import annotations

from typing import Any

from vibe.app import App
from vibe.domain.block_rows import create_blocks
from vibe.domain.blocks import Block, Kind
from vibe.domain.changes import Change
from vibe.domain.events import Event
from vibe.domain.packets import Ask, canonical, digest_of
from vibe.kernel.submissions import Submission

OWNER = "owner:bench"


async def offer(app: App, number: int) -> str:
    """Put a ready proposal in; its digest."""
    packet = Ask(f"Question {number}?", ())
    properties: dict[str, Any] = {
        "number": number, "digest": digest_of(packet), "action": canonical(packet), "version": 1, "impact": "low",
        "proposalType": "knowledge", "effort": "low", "confidence": 0.9, "gapId": "none", "gapIds": [],
        "expiresMs": 2**52,
    }  # fmt: skip
    block = Block(f"p-{number}", Kind.PROPOSAL, f"Proposal {number}", "text", "ready", properties=properties)
    change = Change(
        effects=create_blocks([block], at=app.clock.now(), actor=OWNER),
        events=(Event("BenchOffered", block.id, {}),),
    )
    await app.gate.commit(Submission(change, f"offer {number}", OWNER, app.clock.now()))
    return digest_of(packet)
