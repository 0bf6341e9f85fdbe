"""Proposals put in by hand, ready to be decided, and short ways to look at what a decision left."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests.unit.loop.desk import Desk, gap
from vibe.domain.block_rows import create_blocks
from vibe.domain.blocks import Block, Kind
from vibe.domain.changes import Change, Effect
from vibe.domain.commands import DecideProposal
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id, paging_key
from vibe.domain.packet_ops import Op, OpType
from vibe.domain.packets import Ask, Option, Packet, Research, Target, WriteBlocks, approach_of, canonical, digest_of
from vibe.kernel.submissions import Receipt, Submission

CLAIM = Block("a-boiler", Kind.ASSUMPTION, "The boiler lasts ten years", "The boiler lasts ten years.")
OWNER = "owner:cli"


def target_of(block: Block) -> Target:
    """A packet's target, as it stands."""
    return Target(block.id, block.kind, block.title, block.content_sha256)


def research(block: Block = CLAIM) -> Research:
    """A packet that looks the block up."""
    return Research("How long do such boilers last?", (target_of(block),), "ten years or more", "less than ten years")


def writes(block: Block = CLAIM, content: str = "The boiler lasts eight years.") -> WriteBlocks:
    """A packet that gives the block another content."""
    op = Op(OpType.SET, block.id, block.kind, block.title, {"content": block.content}, {"content": content})
    return WriteBlocks((op,), (target_of(block),))


def asks(*options: Option, block: Block = CLAIM) -> Ask:
    """A packet that asks about the block."""
    return Ask("What about the boiler?", options, (target_of(block),))


def gap_about(block: Block = CLAIM, **props: Any) -> dict[str, Any]:
    """An open gap about the block."""
    return gap("unvalidated_assumption", block.id, **props)


async def offer(
    at: Desk, packet: Packet, number: int = 1, gaps: Sequence[Mapping[str, Any]] = (), title: str = "Ask the maker"
) -> str:
    """Put a ready proposal in that holds the gaps (made here where they are not there yet); returns its id."""
    now = at.clock.now()
    identity = derived_id("proposal", number)
    ids = [row["id"] for row in gaps]
    expires = now + timedelta(days=14)
    props = {
        "kind": "Proposal", "title": title, "content": "It would tell.", "status": "ready", "createdAt": now,
        "updatedAt": now, "contentSha256": "x", "number": number, "version": 1, "proposalType": "knowledge",
        "impact": "high", "effort": "low", "confidence": 0.7, "gapId": ids[0] if ids else "", "gapIds": ids,
        "action": canonical(packet), "digest": digest_of(packet), "approach": approach_of(packet), "uncertain": False,
        "round": 1, "objection": "It costs time.", "readyAt": now, "expiresAt": expires,
        "expiresMs": int(expires.timestamp() * 1000),
    }  # fmt: skip
    there = {row["id"] for row in await at.app.graph.read("ledger/nodes/gap", ids=ids or ["none"])}
    held = [{"id": name, "props": {"status": "proposed", "proposalId": identity}} for name in ids]
    effects = (
        Effect("gaps/create", *(row for row in gaps if row["id"] not in there)),
        Effect(
            "blocks/create_proposal", {"id": identity, "key": paging_key(identity), "priority": None, "props": props}
        ),
        Effect("decisions/set_gaps", *held),
    )
    await at.commit(Change(effects=effects, events=(Event(EventType.HEALTH_MEASURED, "none", {"trouble": []}),)))
    return identity


async def offered(at: Desk, packet: Packet | None = None, block: Block = CLAIM) -> str:
    """Put the block, a gap about it and a ready proposal for that in; returns the proposal's id."""
    effects = create_blocks([block], at=at.clock.now(), actor=OWNER)
    await at.commit(Change(effects=effects, events=(Event(EventType.HEALTH_MEASURED, "none", {"trouble": []}),)))
    return await offer(at, packet or research(block), gaps=[gap_about(block)])


async def decide(at: Desk, decision: str, number: int = 1, *, actor: str = OWNER, **more: Any) -> Receipt:
    """Decide, and leave what follows to the bus."""
    return await at.app.execute(DecideProposal(number, decision, **more), actor=actor)


async def approve(at: Desk, number: int = 1) -> Receipt:
    """Approve, and wait for what follows."""
    receipt = await decide(at, "approve", number)
    await follow(at, receipt)
    return receipt


async def follow(at: Desk, receipt: Receipt) -> None:
    """Let happen what a command set off, moving the clock to what is put off by a little."""
    assert await at.app.turn.take()
    while await at.app.bus.drain(receipt.root) is not None:
        at.clock.advance(timedelta(seconds=2))


async def happen(at: Desk, change: Change, only: Container[str] | None = None) -> None:
    """Commit a change as somebody outside and let happen what it sets off (for these handlers, or all)."""
    receipt = await at.app.gate.commit(Submission(change, f"happened {at.app.ids.new()}", OWNER, at.clock.now()))
    if only is None:
        await follow(at, receipt)
    else:
        await at.app.settle(receipt.root, only)


async def node(at: Desk, label: str, identity: str) -> dict[str, Any]:
    """A node's properties as they stand."""
    rows = await at.app.graph.read(f"ledger/nodes/{label}", ids=[identity])
    return dict(rows[0]["properties"]) if rows else {}


async def gap_now(at: Desk, block: Block = CLAIM) -> dict[str, Any]:
    """The gap about the block as it stands."""
    return await node(at, "gap", gap_about(block)["id"])


async def sweep(at: Desk) -> None:
    """Let the minute's sweep expire what is due; nothing else is delivered."""
    assert await at.app.turn.take()
    await at.app.ticker.sweep()
    await at.app.bus.drain(None, {"retiring.expire_proposals", "escalating.expire_questions"})
