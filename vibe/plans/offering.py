"""Offering: what an agent may not write by itself is put before the person as a proposal.

Woken by `AddBlocks` from an agent. What `config/tiers.toml` lets anybody create is created (tier 1 within its cap a
day), with the links it brings; a Task P0-P2, a Decision, an Artifact, a NorthStar, and a link between blocks that were
there before, become one proposal with exactly these writes. It says what would be written, so it is ready at once;
approved, it is written as it was seen. Emits `ProposalReady` beside what `editing` emits.

Source: SPEC section 4 ("A tier-2 block that an agent posts becomes a proposal").
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from vibe.catalog import shipped
from vibe.domain.block_rows import create_blocks
from vibe.domain.blocks import Block, Kind, Link
from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NUMBER, Change, Effect, absent
from vibe.domain.commands import AddBlocks
from vibe.domain.errors import BadInput, Refused
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.packet_ops import Op, OpType
from vibe.domain.packets import LIST_MAX, Target, WriteBlocks, approach_of, canonical, digest_of, parse_packet
from vibe.domain.proposals import TITLE_MAX, Grade, ProposalStatus, ProposalType
from vibe.kernel.tiers import TierTable
from vibe.kernel.tools import Tools

A_DAY = 10
"""So many proposals an agent may bring a day."""
ASK = 2


@cache
def _tiers() -> TierTable:
    return TierTable.read(shipped("config") / "tiers.toml")


def is_agents(actor: str) -> bool:
    """Whether an agent asks."""
    return actor.startswith("agent:")


def split(command: AddBlocks) -> tuple[AddBlocks, AddBlocks]:
    """What an agent may write by itself, and what a person is asked about."""
    asked = {block.id for block in command.blocks if _tiers().of_block(block.kind, block.priority).level == ASK}
    free = {block.id for block in command.blocks} - asked
    own = [
        link for link in command.links if {link.source, link.target} & free and not {link.source, link.target} & asked
    ]
    return (
        AddBlocks(tuple(block for block in command.blocks if block.id in free), tuple(own)),
        AddBlocks(
            tuple(block for block in command.blocks if block.id in asked),
            tuple(link for link in command.links if link not in own),
        ),
    )


async def offer_blocks(asked: AddBlocks, free: AddBlocks, tools: Tools) -> Change:
    """Put blocks and links before the person.

    Raises:
        BadInput: more than one proposal holds. Refused: the agent brought as many today as it may.
    """
    now = tools.clock.now()
    made = await tools.graph.read(
        "blocks/made_on_day", kind=Kind.PROPOSAL.value, day=now.date().isoformat(), actor=tools.actor
    )
    if made and made[0]["count"] >= A_DAY:
        raise Refused(f"{tools.actor} brought {A_DAY} proposals today; tomorrow it may bring more")
    packet = await _packet(asked, {block.id for block in (*asked.blocks, *free.blocks)}, tools)
    parse_packet(canonical(packet))
    identity = derived_id("offered", digest_of(packet), tools.ids.new())
    names = [block.title for block in asked.blocks] or [f"{link.type} between two blocks" for link in asked.links]
    title = f"Write down: {names[0]}" if len(names) == 1 else f"Write down {len(names)} things, first: {names[0]}"
    content = f"The agent {tools.actor.removeprefix('agent:')} brought this; it may not write it without your leave."
    block = Block(
        identity,
        Kind.PROPOSAL,
        title[:TITLE_MAX],
        content,
        ProposalStatus.READY.value,
        properties=_props(packet, tools),
    )
    return Change(
        expects=(absent("Block", identity),),
        effects=(
            *create_blocks([block], at=now, actor=tools.actor),
            Effect("proposals/number", {"id": identity, "number": NUMBER}),
        ),
        events=(Event(EventType.PROPOSAL_READY, identity, {"number": NUMBER, "uncertain": False}),),
        answer={"proposal": NUMBER},
    )


async def _packet(asked: AddBlocks, fresh: set[str], tools: Tools) -> WriteBlocks:
    ops = [*map(_create, asked.blocks), *map(_link, asked.links)]
    if len(ops) > LIST_MAX:
        raise BadInput(f"{len(ops)} of these need a person's leave; {LIST_MAX} at once at most", field="blocks")
    ends: Sequence[str] = sorted({end for link in asked.links for end in (link.source, link.target)} - fresh)
    rows = await tools.graph.read("blocks/by_id", ids=ends) if ends else []
    targets = tuple(Target(row["id"], Kind(row["kind"]), row["title"], row["content_sha256"]) for row in rows)
    return WriteBlocks(tuple(ops), targets)


def _create(block: Block) -> Op:
    after = {"title": block.title, "content": block.content, "status": block.status, "priority": block.priority or ""}
    return Op(OpType.CREATE, block.id, block.kind, block.title, after={k: v for k, v in after.items() if v})


def _link(link: Link) -> Op:
    return Op(OpType.LINK, title=f"{link.source} {link.type} {link.target}"[:1000], link=link.type,
              source=link.source, target=link.target)  # fmt: skip


def _props(packet: WriteBlocks, tools: Tools) -> dict[str, Any]:
    now = tools.clock.now()
    expires = now + tools.settings.proposals.expires_after
    return {
        "proposalType": ProposalType.FEATURE.value,
        "impact": Grade.MEDIUM.value,
        "effort": Grade.LOW.value,
        "confidence": 0.5,
        "action": canonical(packet),
        "digest": digest_of(packet),
        "approach": approach_of(packet),
        "gapId": "",
        "gapIds": [],
        "version": 1,
        "round": 0,
        "uncertain": False,
        "objection": "An agent says so; nobody has checked it.",
        "context": "{}",
        "readyAt": now,
        "expiresAt": expires,
        "expiresMs": epoch_ms(expires),
        "root": tools.actor,
    }
