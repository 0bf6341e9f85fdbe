"""Revising: a person changes a proposal, has it drafted again, or takes an approval back.

Woken by commands (`EditProposal`, `RedoProposal`, `CancelProposal`). An edited proposal keeps its number and gets a new
version and digest, so no approval of the old one fits any more; it is checked anew (`ProposalDrafted`). The words of
"redo with this" are kept on the proposal as data for whoever drafts; they choose no action. Errors reach the caller.

Source: SPEC sections 1 (proposal) and 3, DESIGN section 5.
"""

from __future__ import annotations

from typing import Any

from vibe.domain.block_rows import set_block
from vibe.domain.changes import Change, Effect, Expect, expect
from vibe.domain.commands import CancelProposal, EditProposal, RedoProposal
from vibe.domain.errors import BadInput, Conflict, IllegalMove, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.packets import Packet, PacketType, Research, approach_of, canonical, digest_of, parse_packet
from vibe.domain.proposals import Proposal, ProposalStatus, Waiting, check_title, move
from vibe.domain.runs import run_id
from vibe.domain.suppressions import HeldGap, release
from vibe.domain.verdicts import Decider, decider_of
from vibe.kernel.tools import Tools

WORDS_MAX = 2_000
CONTENT_MAX = 20_000


async def edit_proposal(command: EditProposal, tools: Tools) -> Change:
    """Give a ready proposal another title, content or packet: same number, new version, checked anew.

    Raises:
        BadInput: the packet is none, names targets that are not there, or nothing is changed.
        Conflict: it is another version than the one seen, or not ready any more.
    """
    decider_of(tools.actor)
    proposal = await _editable(command.number, command.digest, tools)
    packet = parse_packet(command.action) if command.action is not None else proposal.packet
    if PacketType.GATE in (packet.type, proposal.packet.type):
        raise BadInput("a gate says what its tasks would do; change those: `vibe executions change`", field="action")
    title = check_title(command.title) if command.title is not None else proposal.title
    content = command.content.strip() if command.content is not None else proposal.content
    if not content or len(content) > CONTENT_MAX:
        raise BadInput(f"the content has 1 to {CONTENT_MAX} characters", field="content")
    if (title, content, digest_of(packet)) == (proposal.title, proposal.content, proposal.digest):
        raise BadInput("nothing is different from the version as it stands")
    await _check_targets(packet, tools)
    return _new_version(proposal, title, content, packet, tools)


async def redo_proposal(command: RedoProposal, tools: Tools) -> Change:
    """Send a ready proposal back to be drafted again, with the person's words.

    Raises:
        BadInput: no words, or too many. Conflict: another version than the one seen, or not ready any more.
    """
    who = decider_of(tools.actor)
    words = command.words.strip()
    if not words or len(words) > WORDS_MAX:
        raise BadInput(f"say in 1 to {WORDS_MAX} characters what should be different", field="words")
    proposal = await _editable(command.number, command.digest, tools)
    if proposal.packet.type is PacketType.GATE:
        raise BadInput("a gate says what its tasks would do; change those: `vibe executions change`", field="words")
    props = _back_to_draft(proposal, tools) | {"redoWords": words, "redoBy": who.actor}
    body = {"number": proposal.number, "version": proposal.version + 1, "redo": True, "digest": proposal.digest}
    return Change(
        expects=(_as_seen(proposal),),
        effects=(Effect("blocks/set", set_block(proposal.id, **props)),),
        events=(Event(EventType.PROPOSAL_EDITED, proposal.id, body),),
        answer={"number": proposal.number, "status": ProposalStatus.DRAFT.value, "version": proposal.version + 1},
    )


async def cancel_proposal(command: CancelProposal, tools: Tools) -> Change:
    """Take an approval back before anything was done with it; research that runs already is stopped.

    Raises:
        Conflict: it is not waiting to be carried out, and no research of it runs.
    """
    who = decider_of(tools.actor)
    proposal = await _find(command.number, tools)
    if proposal.status is ProposalStatus.EXECUTING and isinstance(proposal.packet, Research):
        return _stop_research(proposal, command.reason.strip(), who)
    try:
        wanted = move(proposal.status, ProposalStatus.CANCELLED)
    except IllegalMove as error:
        begun = proposal.status in (ProposalStatus.EXECUTING, ProposalStatus.EXECUTED, ProposalStatus.FAILED)
        why = "it was begun already" if begun else "only an approved one can be cancelled"
        text = f"proposal {proposal.number} is {proposal.status}: {why}"
        raise Conflict(text, found={"number": proposal.number, "status": proposal.status.value}) from error
    now = tools.clock.now()
    rows = await tools.graph.read("decisions/gaps", ids=list(proposal.gap_ids))
    back = now + tools.settings.proposals.not_now_returns_after
    props = {"status": wanted.value, "endedBecause": command.reason.strip() or "cancelled", "updatedAt": now}
    body = {"number": proposal.number, "by": who.person, "channel": who.channel}
    change = Change(
        expects=(_as_seen(proposal),),
        effects=(Effect("blocks/set", set_block(proposal.id, **props)),),
        events=(Event(EventType.PROPOSAL_CANCELLED, proposal.id, body),),
        answer={"number": proposal.number, "status": wanted.value},
    )
    return change + release([HeldGap.from_row(row) for row in rows], proposal, Waiting.DATE, back)


def _stop_research(proposal: Proposal, reason: str, who: Decider) -> Change:
    """Have the run aborted; the proposal fails with the reason once it is (what was written before stays)."""
    told = f"{who.person} stopped it" + (f": {reason}" if reason else "")
    body = {"run": run_id(proposal.id), "number": proposal.number, "reason": told, "by": who.person}
    return Change(
        expects=(_as_seen(proposal),),
        events=(Event(EventType.RESEARCH_CANCELLED, run_id(proposal.id), body),),
        answer={
            "number": proposal.number,
            "status": proposal.status.value,
            "said": f"The research of proposal {proposal.number} is being stopped.",
        },
    )


async def _find(number: int, tools: Tools) -> Proposal:
    rows = await tools.graph.read("decisions/proposal", number=number)
    if not rows:
        raise NotFound(f"there is no proposal {number}")
    return Proposal.from_row(rows[0])


async def _editable(number: int, digest: str | None, tools: Tools) -> Proposal:
    proposal = await _find(number, tools)
    found: dict[str, object] = {"number": number, "status": proposal.status.value, "digest": proposal.digest}
    if digest is not None and digest != proposal.digest:
        text = f"proposal {number} is version {proposal.version} now; look at it with `vibe show {number}`"
        raise Conflict(text, found=found)
    if proposal.status is not ProposalStatus.READY:
        raise Conflict(f"proposal {number} is {proposal.status}; only a ready one can be changed", found=found)
    return proposal


async def _check_targets(packet: Packet, tools: Tools) -> None:
    rows = await tools.graph.read("blocks/by_id", ids=[item.id for item in packet.targets]) if packet.targets else []
    now = {row["id"]: row["content_sha256"] for row in rows}
    for place, target in enumerate(packet.targets):
        if now.get(target.id) != target.content_sha256:
            what = "changed meanwhile" if target.id in now else "does not exist"
            raise BadInput(f"block {target.id!r} {what}", field=f"action.targets.{place}")


def _as_seen(proposal: Proposal) -> Expect:
    return expect("Block", proposal.id, status=proposal.status.value, digest=proposal.digest, version=proposal.version)


def _back_to_draft(proposal: Proposal, tools: Tools) -> dict[str, Any]:
    return {
        "status": move(proposal.status, ProposalStatus.DRAFT).value,
        "version": proposal.version + 1,
        "round": 0,
        "uncertain": False,
        "objection": None,
        "readyAt": None,
        "expiresAt": None,
        "expiresMs": None,
        "updatedAt": tools.clock.now(),
    }


def _new_version(proposal: Proposal, title: str, content: str, packet: Packet, tools: Tools) -> Change:
    digest = digest_of(packet)
    props = _back_to_draft(proposal, tools) | {
        "title": title,
        "content": content,
        "action": canonical(packet),
        "digest": digest,
        "approach": approach_of(packet),
        "editedBy": tools.actor,
    }
    edited = {"number": proposal.number, "version": proposal.version + 1, "digest": digest, "before": proposal.digest}
    drafted = {"number": proposal.number, "gaps": list(proposal.gap_ids), "version": proposal.version + 1}
    return Change(
        expects=(
            _as_seen(proposal),
            *(expect("Block", target.id, contentSha256=target.content_sha256) for target in packet.targets),
        ),
        effects=(Effect("blocks/set", set_block(proposal.id, **props)),),
        events=(
            Event(EventType.PROPOSAL_EDITED, proposal.id, edited),
            Event(EventType.PROPOSAL_DRAFTED, proposal.id, drafted),
        ),
        answer={
            "number": proposal.number,
            "status": ProposalStatus.DRAFT.value,
            "version": proposal.version + 1,
            "digest": digest,
        },
    )
