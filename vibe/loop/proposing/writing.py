"""What a draft, a skip or another wording is in the graph. Pure: makes changes, reads nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vibe.domain.block_rows import create_blocks, set_block
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import to_json
from vibe.domain.changes import NUMBER, Change, Effect, Expect, expect
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.packets import approach_of, canonical, digest_of
from vibe.domain.proposals import Proposal, ProposalStatus, Waiting, move
from vibe.loop.proposing.drafting import Drafted
from vibe.loop.proposing.gaps import Item, OpenGap
from vibe.loop.proposing.likening import Rejection


def proposal_id(gap: OpenGap) -> str:
    """The id of the next proposal for a gap: the nth time it is proposed is always the same proposal."""
    return derived_id("proposal", gap.id, gap.times_proposed + 1)


def write_draft(drafted: Drafted, context_sha256: str, root: str, at: datetime) -> Change:
    """Write a draft and move its gaps from open to proposed; one that is too vague goes on the review list instead."""
    item, vague = drafted.item, drafted.draft.vague
    identity = proposal_id(item.first)
    status = move(ProposalStatus.DRAFT, ProposalStatus.VAGUE) if vague else ProposalStatus.DRAFT
    properties = _words(drafted) | {
        "gapId": item.first.id,
        "gapIds": [gap.id for gap in item.gaps],
        "version": 1,
        "round": 0,
        "uncertain": False,
        "root": root,
    }
    if vague:
        properties |= {"endedBecause": vague, "objection": vague}
    block = Block(
        identity, Kind.PROPOSAL, drafted.draft.title, drafted.draft.content, status.value, properties=properties
    )
    links = [{"id": f"{identity}->{gap.id}", "proposal": identity, "gap": gap.id} for gap in item.gaps]
    body = {"number": NUMBER, "gaps": [gap.id for gap in item.gaps]}
    event = Event(EventType.PROPOSAL_VAGUE, identity, body | {"reason": vague})
    return Change(
        expects=_still_open(item) + _unchanged(item),
        effects=(
            *create_blocks([block], at=at, actor="loop", plan=item.first.plan),
            Effect("proposals/number", {"id": identity, "number": NUMBER}),
            Effect("proposals/link_gaps", *links),
            Effect(
                "proposals/set_gaps",
                *({"id": gap.id, "props": _gap(gap, identity, vague, context_sha256)} for gap in item.gaps),
            ),
        ),
        events=(event if vague else Event(EventType.PROPOSAL_DRAFTED, identity, body),),
    )


def _words(drafted: Drafted) -> dict[str, Any]:
    draft, packet = drafted.draft, drafted.packet
    return {
        "proposalType": draft.proposal_type.value,
        "impact": draft.impact.value,
        "effort": draft.effort.value,
        "confidence": draft.confidence.confidence,
        "action": canonical(packet),
        "digest": digest_of(packet),
        "approach": approach_of(packet),
        "argued": drafted.argued,
        "context": to_json(dict(drafted.context)).decode(),
        "private": any(row["properties"].get("private") is True for row in drafted.item.blocks) or None,
    }


def _gap(gap: OpenGap, proposal: str, vague: str, context_sha256: str) -> dict[str, Any]:
    shared = {
        "timesProposed": gap.times_proposed + 1,
        "contextSha256": context_sha256,
        "nextAt": None,
        "skippedReason": vague or None,
        "skippedBy": None,
        "skippedScore": None,
    }
    if vague:
        return shared | {"waitsFor": Waiting.CHANGE.value}
    return shared | {"status": "proposed", "proposalId": proposal, "waitsFor": None}


def _still_open(item: Item) -> tuple[Expect, ...]:
    return tuple(expect("Gap", gap.id, status="open") for gap in item.gaps)


def _unchanged(item: Item) -> tuple[Expect, ...]:
    return tuple(expect("Block", row["id"], contentSha256=row["content_sha256"]) for row in item.blocks)


def write_skip(item: Item, reason: str, *, by: Rejection | None, context_sha256: str, waits: Waiting) -> Change:
    """Say why gaps are not drafted for; the reason is stored on each."""
    kind = "avoided" if by else "failed"
    props: dict[str, Any] = {
        "skippedReason": reason,
        "skippedBy": by.id if by else None,
        "waitsFor": waits.value,
        "nextAt": by.until if by and waits is Waiting.DATE else None,
        "contextSha256": context_sha256,
    }
    body = {"kind": kind, "reason": reason, "like": by.id if by else None, "number": by.number if by else None}
    return Change(
        expects=_still_open(item),
        effects=(
            Effect(
                "proposals/set_gaps",
                *({"id": gap.id, "props": props | {"skippedScore": gap.score}} for gap in item.gaps),
            ),
        ),
        events=tuple(Event(EventType.GAP_SKIPPED, gap.id, body | {"gap": gap.id}) for gap in item.gaps),
    )


def write_redraft(proposal: Proposal, drafted: Drafted | None, why: str, at: datetime) -> Change:
    """Write another wording of the same proposal, or, where none came, send it on as it is."""
    props: dict[str, Any] = (
        {"strengthened": True} if why == "weak" else {"redoWords": None, "strengthened": False, "editedBy": None}
    )
    digest = proposal.digest
    if drafted is not None:
        digest = digest_of(drafted.packet)
        bump = proposal.version + 1 if why == "weak" else proposal.version
        props |= _words(drafted) | {"title": drafted.draft.title, "content": drafted.draft.content, "version": bump}
    body = {"number": proposal.number, "round": proposal.round, "digest": digest, "before": proposal.digest, "why": why}
    seen = expect("Block", proposal.id, status=proposal.status.value, digest=proposal.digest, version=proposal.version)
    return Change(
        expects=(seen, *(_unchanged(drafted.item) if drafted else ())),
        effects=(Effect("blocks/set", set_block(proposal.id, updatedAt=at, **props)),),
        events=(Event(EventType.PROPOSAL_REDRAFTED, proposal.id, body),),
    )
