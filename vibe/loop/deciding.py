"""Deciding: a person's yes or no to a proposal, once.

Woken by commands (`DecideProposal`, `UndoRejection`) from every channel. Reads the proposal, its verdict, its gaps and
the blocks its packet is about; emits `ProposalApproved`, `ProposalRejected`, `RejectionUndone`.

What was seen is what is approved: the digest and the content of every target are expected when the verdict is written,
so two who decide at once end in one verdict, and the other is told whose it is. The same person saying the same again
gets the recorded verdict. Errors reach the caller; nothing is half-decided.

Source: SPEC sections 2 and 3, DESIGN section 5, document 003 section 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vibe.domain.block_rows import set_block
from vibe.domain.canonical import epoch_ms, iso
from vibe.domain.changes import Change, Effect, expect
from vibe.domain.commands import DecideProposal, UndoRejection
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.packets import Target
from vibe.domain.proposals import Proposal, ProposalStatus, RejectionType, Waiting, move
from vibe.domain.suppressions import (
    HeldGap,
    SuppressionStatus,
    release,
    returns_at,
    suppress,
    suppression_id,
    write_suppression,
)
from vibe.domain.verdicts import (
    OUTCOME_OF,
    Decider,
    Decision,
    Verdict,
    decider_of,
    give_verdict,
    read_decision,
    read_rejection_type,
    verdict_id,
)
from vibe.kernel.tools import Tools

UNDECIDED = frozenset({ProposalStatus.DRAFT, ProposalStatus.DEBATING})


async def decide_proposal(command: DecideProposal, tools: Tools) -> Change:
    """Approve or reject a proposal.

    Raises:
        NotFound: there is no such number. Refused: not a person. BadInput: no such word.
        Conflict: it was decided, expired, changed or became stale meanwhile; `found` says what it is now.
    """
    who = decider_of(tools.actor)
    decision = read_decision(command.decision)
    kind = read_rejection_type(command.rejection_type) if decision is Decision.REJECT else None
    row, proposal = await _find(command.number, tools)
    if proposal.status is not ProposalStatus.READY:
        again = _answer_decided(proposal, await _verdict_on(proposal, tools), decision, kind, who)
        return Change(answer={**again, "root": await _root_of(proposal, tools)})
    _check_version(proposal, row, command.digest, tools.clock.now())
    verdict = Verdict(
        id=verdict_id(proposal.id),
        outcome=OUTCOME_OF[decision],
        at=tools.clock.now(),
        digest=proposal.digest,
        actor=who.actor,
        person=who.person,
        rejection_type=kind,
        reason=command.reason.strip(),
    )
    if kind is None:
        return await _approve(proposal, verdict, who, tools)
    return await _reject(proposal, verdict, kind, command.until, who, tools)


async def _find(number: int, tools: Tools) -> tuple[Mapping[str, Any], Proposal]:
    rows = await tools.graph.read("decisions/proposal", number=number)
    if not rows:
        raise NotFound(f"there is no proposal {number}")
    return rows[0], Proposal.from_row(rows[0])


async def _verdict_on(proposal: Proposal, tools: Tools) -> Verdict | None:
    rows = await tools.graph.read("decisions/verdict", proposal=proposal.id)
    return Verdict.from_row(rows[0]) if rows else None


async def _root_of(proposal: Proposal, tools: Tools) -> str | None:
    """The root under which what was decided happens, for whoever waits for it now."""
    types = [EventType.PROPOSAL_APPROVED.value, EventType.PROPOSAL_REJECTED.value]
    rows = await tools.graph.read("decisions/root", proposal=proposal.id, types=types)
    return str(rows[0]["root"]) if rows else None


def _answer_decided(
    proposal: Proposal, verdict: Verdict | None, decision: Decision, kind: RejectionType | None, who: Decider
) -> dict[str, Any]:
    """Give the recorded verdict to whoever says the same again; everybody else is told what happened."""
    found: dict[str, object] = {"number": proposal.number, "status": proposal.status.value, "digest": proposal.digest}
    if verdict is None:
        raise Conflict(_why_not(proposal), found=found)
    if (verdict.person, verdict.outcome, verdict.rejection_type) == (who.person, OUTCOME_OF[decision], kind):
        return _answer(proposal, verdict, proposal.status) | {"repeated": True}
    after = "" if proposal.status.value == verdict.outcome.value else f"; it is {proposal.status}"
    text = f"proposal {proposal.number} was already {verdict.said()}{after}"
    raise Conflict(text, found=found | {"by": verdict.actor, "at": iso(verdict.at)})


def _why_not(proposal: Proposal) -> str:
    start = f"proposal {proposal.number} is {proposal.status}"
    if proposal.status in UNDECIDED:
        return f"{start}: it is still being checked; look again with `vibe show {proposal.number}`"
    if proposal.status is ProposalStatus.EXPIRED:
        return f"{start}: nobody decided it in time; its gap may be proposed again"
    if proposal.status is ProposalStatus.STALE:
        return f"{start}: what it was about changed or its gap closed, so nothing is left to decide"
    return f"{start}: it is not up for decision"


def _check_version(proposal: Proposal, row: Mapping[str, Any], digest: str | None, now: datetime) -> None:
    """Let pass only what was seen, in time.

    Raises:
        Conflict: another version, or too late.
    """
    found: dict[str, object] = {"number": proposal.number, "status": proposal.status.value, "digest": proposal.digest}
    if digest is not None and digest != proposal.digest:
        text = (
            f"proposal {proposal.number} is not what you saw: it is version {proposal.version} now, "
            f"digest {proposal.digest}; look at it with `vibe show {proposal.number}` and decide again"
        )
        raise Conflict(text, found=found)
    if row["expires_ms"] is not None and row["expires_ms"] <= now.timestamp() * 1000:
        at = iso(proposal.expires_at) if proposal.expires_at else "its date"
        text = f"proposal {proposal.number} expired at {at}; its gap may be proposed again"
        raise Conflict(text, found=found | {"status": ProposalStatus.EXPIRED.value})


async def _approve(proposal: Proposal, verdict: Verdict, who: Decider, tools: Tools) -> Change:
    targets = await _fresh_targets(proposal, tools)
    until = verdict.at + tools.settings.proposals.approval_expires_after
    props = {
        "status": move(proposal.status, ProposalStatus.APPROVED).value,
        "decidedAt": verdict.at,
        "approvalExpiresMs": epoch_ms(until),
        "updatedAt": verdict.at,
    }
    body = {"number": proposal.number, "digest": proposal.digest, "by": who.person, "channel": who.channel}
    change = Change(
        expects=(
            expect("Block", proposal.id, status=proposal.status.value, digest=proposal.digest),
            *(expect("Block", target.id, contentSha256=target.content_sha256) for target in targets),
        ),
        effects=(Effect("blocks/set", set_block(proposal.id, **props)),),
        events=(Event(EventType.PROPOSAL_APPROVED, proposal.id, body),),
        answer=_answer(proposal, verdict, ProposalStatus.APPROVED) | {"approval_expires_at": iso(until)},
    )
    return change + give_verdict(proposal, verdict, who.channel)


async def _fresh_targets(proposal: Proposal, tools: Tools) -> tuple[Target, ...]:
    """The packet's targets, as they were when it was made.

    Raises:
        Conflict: one changed or is gone; the proposal is stale.
    """
    targets = proposal.packet.targets
    if not targets:
        return ()
    rows = await tools.graph.read("blocks/by_id", ids=[target.id for target in targets])
    now = {row["id"]: row["content_sha256"] for row in rows}
    for target in targets:
        if now.get(target.id) != target.content_sha256:
            what = "changed" if target.id in now else "is gone"
            text = (
                f"proposal {proposal.number} is stale: {target.kind} {target.title or target.id!r} {what} since it "
                f"was drafted; a new proposal will follow if the gap is still there"
            )
            raise Conflict(text, found={"number": proposal.number, "status": ProposalStatus.STALE.value})
    return targets


async def _reject(
    proposal: Proposal, verdict: Verdict, kind: RejectionType, until: datetime | None, who: Decider, tools: Tools
) -> Change:
    rows = await tools.graph.read("decisions/gaps", ids=list(proposal.gap_ids))
    gaps = [HeldGap.from_row(row) for row in rows]
    back = await _back_at(kind, until, proposal, verdict.at, tools)
    props = {
        "status": move(proposal.status, ProposalStatus.REJECTED).value,
        "rejectionType": kind.value,
        "rejectionReason": verdict.reason,
        "rejectedAt": verdict.at,
        "decidedAt": verdict.at,
        "updatedAt": verdict.at,
    }
    body = {"number": proposal.number, "rejection_type": kind.value, "by": who.person, "channel": who.channel}
    body["packet"] = proposal.packet.type.value
    answer = _answer(proposal, verdict, ProposalStatus.REJECTED)
    change = Change(
        expects=(expect("Block", proposal.id, status=proposal.status.value, digest=proposal.digest),),
        effects=(Effect("blocks/set", set_block(proposal.id, **props)),),
        events=(Event(EventType.PROPOSAL_REJECTED, proposal.id, body),),
        answer=answer | {"suppression": suppression_id(verdict), "returns_at": iso(back) if back else None},
    )
    change += give_verdict(proposal, verdict, who.channel)
    change += write_suppression(proposal, gaps, verdict, kind, back)
    return change + _gaps_after(kind, gaps, proposal, back)


async def _back_at(
    kind: RejectionType, until: datetime | None, proposal: Proposal, now: datetime, tools: Tools
) -> datetime | None:
    """When a gap put off returns: on the date given, else after 14 days, doubling each time.

    Raises:
        BadInput: the date is over, or belongs to another kind of rejection.
    """
    if kind is not RejectionType.NOT_NOW:
        if until is not None:
            raise BadInput("only not_now has a date", field="until")
        return None
    if until is not None:
        if until <= now:
            raise BadInput(f"{iso(until)} is over", field="until")
        return until
    rows = await tools.graph.read(
        "decisions/put_off",
        ids=list(proposal.gap_ids),
        kind=RejectionType.NOT_NOW.value,
        undone=SuppressionStatus.UNDONE.value,
    )
    earlier = max((row["times"] for row in rows), default=0)
    return returns_at(now, tools.settings.proposals.not_now_returns_after, earlier)


def _gaps_after(kind: RejectionType, gaps: list[HeldGap], proposal: Proposal, back: datetime | None) -> Change:
    if kind is RejectionType.NEVER:
        return suppress(gaps, proposal)
    if kind is RejectionType.NOT_NOW:
        return release(gaps, proposal, Waiting.DATE, back)
    return release(gaps, proposal, Waiting.DIGEST)


def _answer(proposal: Proposal, verdict: Verdict, status: ProposalStatus) -> dict[str, Any]:
    return {
        "number": proposal.number,
        "status": status.value,
        "outcome": verdict.outcome.value,
        "rejection_type": verdict.rejection_type.value if verdict.rejection_type else None,
        "digest": verdict.digest,
        "by": verdict.actor,
        "at": iso(verdict.at),
        "verdict": verdict.id,
        "repeated": False,
    }


async def undo_rejection(command: UndoRejection, tools: Tools) -> Change:
    """Let what was rejected be proposed again.

    Raises:
        NotFound: no such suppression, or several begin so. Conflict: it does not hold any more. Refused: not a person.
    """
    decider_of(tools.actor)
    rows = await tools.graph.read("decisions/suppression", id=command.id)
    if len(rows) != 1:
        raise NotFound(f"{len(rows) or 'no'} rejections begin with {command.id!r}; see `vibe rejections`")
    found = rows[0]
    if found["status"] != SuppressionStatus.ACTIVE:
        raise Conflict(f"the rejection of proposal {found['number']} is {found['status']} already")
    gaps = await _gaps_to_free(found, tools)
    now = tools.clock.now()
    back = [
        {"id": gap["id"], "props": {"status": "open", "waitsFor": None, "nextAt": None}}
        for gap in gaps
        if gap["status"] in ("suppressed", "open")
    ]
    undone = {"id": found["id"], "props": {"status": SuppressionStatus.UNDONE.value, "undoneAt": now}}
    body = {"suppression": found["id"], "number": found["number"], "gaps": [row["id"] for row in back]}
    return Change(
        expects=(
            expect("Suppression", found["id"], status=found["status"]),
            *(expect("Gap", gap["id"], status=gap["status"]) for gap in gaps),
        ),
        effects=(Effect("decisions/set_suppression", undone), Effect("decisions/set_gaps", *back)),
        events=(Event(EventType.REJECTION_UNDONE, found["id"], body),),
        answer={"suppression": found["id"], "number": found["number"], "gaps": [row["id"] for row in back]},
    )


async def _gaps_to_free(suppression: Mapping[str, Any], tools: Tools) -> list[Mapping[str, Any]]:
    """The suppression's gaps that no other `never` still holds."""
    ids = list(suppression["gap_ids"])
    gaps = await tools.graph.read("decisions/gaps", ids=ids)
    holds = await tools.graph.read(
        "decisions/suppressed_by", ids=ids, kind=RejectionType.NEVER.value, status=SuppressionStatus.ACTIVE.value
    )
    held = {row["gap_id"] for row in holds if row["suppression"] != suppression["id"]}
    return [gap for gap in gaps if gap["id"] not in held]
