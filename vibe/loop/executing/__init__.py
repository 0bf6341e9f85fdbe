"""Executing: what was approved is carried out, once, as it was seen.

Woken by `ProposalApproved`, and by what ends a piece of work: `ResearchFinished`, `PlanReady`, `AnswerRecorded`,
`QuestionExpired`. Reads the proposal, its verdict and the blocks its packet is about; an approval is used once, for its
digest, within seven days, and only while every target still says what it said. Emits `ProposalExecuting` and what the
packet asks for (`ResearchRequested`, `PlanRequested`, `QuestionRaised`, or the blocks' own events), then
`ProposalExecuted` or `ProposalFailed`.

Whoever lost a race finds another state on the next read and does nothing. An approval is never evidence for the block
its proposal is about.

Source: SPEC sections 1 to 3, DESIGN section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from vibe.domain.block_rows import set_block
from vibe.domain.changes import NOTHING, Approval, Change, Effect, expect
from vibe.domain.diffs import broken, carry_out, ids_of
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.packets import Ask, Packet, Research, RiskGate, TaskPlan, WriteBlocks, digest_of
from vibe.domain.proposals import Proposal, ProposalStatus, Waiting, move
from vibe.domain.questions import Asking, ask
from vibe.domain.runs import RunOutcome, run_id, start_run
from vibe.domain.suppressions import HeldGap, release
from vibe.domain.verdicts import Verdict, VerdictOutcome
from vibe.kernel.tools import Tools
from vibe.loop.executing.planning import write_plan
from vibe.loop.executing.remedies import apply_answer, options_of
from vibe.loop.executing.searching import nothing_found

RETRY_FAILED_AFTER = timedelta(days=1)


async def execute_proposal(entry: Entry, tools: Tools) -> Change:
    """Begin what was approved; what can be done at once is done in the same change."""
    row, proposal = await _read(entry.subject, tools)
    if proposal is None or proposal.status is not ProposalStatus.APPROVED:
        return NOTHING
    verdict = await _verdict_on(proposal, tools)
    now = tools.clock.now()
    if verdict is None or not _fits(verdict, proposal, entry):
        return await _end(proposal, ProposalStatus.STALE, "the approval is for another version of it", tools)
    if row["approval_expires_ms"] is not None and row["approval_expires_ms"] <= now.timestamp() * 1000:
        reason = "its approval was not used in time; it will not be carried out"
        return await _end(proposal, ProposalStatus.EXPIRED, reason, tools)
    packet = proposal.packet
    reason = await _changed(packet, tools)
    if reason:
        return await _end(proposal, ProposalStatus.STALE, reason, tools)
    used = Change(
        expects=(
            expect("Verdict", verdict.id, digest=proposal.digest, usedAt=None),
            *(expect("Block", target.id, contentSha256=target.content_sha256) for target in packet.targets),
        ),
        effects=(Effect("decisions/set_verdict", {"id": verdict.id, "props": {"usedAt": now}}),),
        approval=Approval(proposal.id, proposal.digest),
    )
    return used + await _begin(proposal, packet, entry, tools)


def _fits(verdict: Verdict, proposal: Proposal, entry: Entry) -> bool:
    """Whether it is this version that was approved, and the approval is unused."""
    return (
        verdict.outcome is VerdictOutcome.APPROVED
        and verdict.used_at is None
        and verdict.digest == proposal.digest == digest_of(proposal.packet) == entry.body.get("digest")
    )


async def _read(identity: str, tools: Tools) -> tuple[Mapping[str, Any], Proposal | None]:
    rows = await tools.graph.read("decisions/proposals", ids=[identity])
    return (rows[0], Proposal.from_row(rows[0])) if rows else ({}, None)


async def _verdict_on(proposal: Proposal, tools: Tools) -> Verdict | None:
    rows = await tools.graph.read("decisions/verdict", proposal=proposal.id)
    return Verdict.from_row(rows[0]) if rows else None


async def _changed(packet: Packet, tools: Tools) -> str:
    """Say which target is not what it was, or nothing."""
    found = await _blocks([target.id for target in packet.targets], tools)
    for target in packet.targets:
        if target.id not in found or found[target.id]["content_sha256"] != target.content_sha256:
            return f"{target.title or target.id!r} {'changed' if target.id in found else 'is gone'}"
    return broken(packet.diff, await _blocks(ids_of(packet.diff), tools)) if isinstance(packet, WriteBlocks) else ""


async def _blocks(ids: list[str], tools: Tools) -> dict[str, Mapping[str, Any]]:
    rows = await tools.graph.read("blocks/by_id", ids=ids) if ids else []
    return {row["id"]: row for row in rows}


async def _begin(proposal: Proposal, packet: Packet, entry: Entry, tools: Tools) -> Change:
    """Begin by packet: a run or a question goes on by itself, writes are done now."""
    now = tools.clock.now()
    match packet:
        case Research():
            return _moved(proposal, ProposalStatus.EXECUTING, now) + _start_run(proposal, packet, entry, tools)
        case Ask():
            asking = Asking(
                id=run_id(proposal.id + "/question"),
                question=packet.question,
                asker="loop",
                options=options_of(packet),
                context=packet.context,
                proposal_id=proposal.id,
                about=tuple(target.id for target in packet.targets),
                gaps=proposal.gap_ids,
                expires_at=now + tools.settings.proposals.expires_after,
            )
            return _moved(proposal, ProposalStatus.EXECUTING, now) + ask(asking, at=now)
        case WriteBlocks():
            return await _write(proposal, packet, tools)
        case TaskPlan():
            return _moved(proposal, ProposalStatus.EXECUTING, now) + write_plan(proposal, packet, tools)
        case RiskGate():  # `plans.gating` lets the tasks go when it hears of it
            begun = replace(_moved(proposal, ProposalStatus.EXECUTING, now), effects=())
            return begun + await _executed(proposal, ProposalStatus.EXECUTING, "its tasks may go ahead", tools)
        case _:
            assert_never(packet)


def _start_run(proposal: Proposal, packet: Research, entry: Entry, tools: Tools) -> Change:
    run = run_id(proposal.id)
    mode = tools.settings.research.mode
    started = start_run(proposal.id, proposal.number, packet, at=tools.clock.now(), mode=mode, root=entry.root)
    link = {"id": f"{run}->{proposal.id}", "run": run, "proposal": proposal.id}
    body = {"run": run, "proposal": proposal.id, "number": proposal.number}
    return Change(
        effects=(started, Effect("research/link_runs", link)),
        events=(Event(EventType.RESEARCH_REQUESTED, run, body),),
    )


async def _write(proposal: Proposal, packet: WriteBlocks, tools: Tools) -> Change:
    """Carry a diff out: one change takes the proposal through executing to executed."""
    now = tools.clock.now()
    found = await _blocks(ids_of(packet.diff), tools)
    begun = replace(_moved(proposal, ProposalStatus.EXECUTING, now), effects=())
    written = carry_out(packet.diff, found, at=now, actor=f"proposal:{proposal.number}")
    return begun + written + await _executed(proposal, ProposalStatus.EXECUTING, "written", tools)


def _moved(proposal: Proposal, wanted: ProposalStatus, at: datetime) -> Change:
    status = move(proposal.status, wanted)
    body = {"number": proposal.number, "digest": proposal.digest}
    return Change(
        expects=(expect("Block", proposal.id, status=proposal.status.value, digest=proposal.digest),),
        effects=(Effect("blocks/set", set_block(proposal.id, status=status.value, startedAt=at, updatedAt=at)),),
        events=(Event(EventType.PROPOSAL_EXECUTING, proposal.id, body),),
    )


async def finish_proposal(entry: Entry, tools: Tools) -> Change:
    """End what a run or an answer has carried out, and give its gaps back."""
    if entry.type == EventType.ANSWER_RECORDED:
        return await _finish_answered(entry, tools)
    _, proposal = await _read(str(entry.body.get("proposal") or ""), tools)
    if proposal is None or proposal.status is not ProposalStatus.EXECUTING:
        return NOTHING
    if entry.type == EventType.QUESTION_EXPIRED:
        return await _failed(proposal, "nobody answered its question", tools)
    outcome = str(entry.body.get("outcome") or "")
    if outcome == RunOutcome.ABORTED:
        reason = str(entry.body.get("reason") or "the research run was given up")
        return await _failed(proposal, reason, tools)
    change = await _executed(proposal, proposal.status, outcome, tools)
    if outcome == RunOutcome.NOTHING_FOUND:
        change += await nothing_found(proposal, entry, tools)
    return change


async def _finish_answered(entry: Entry, tools: Tools) -> Change:
    """Do what the chosen option says; a question that no proposal asked may still name a remedy."""
    _, proposal = await _read(str(entry.body.get("proposal") or ""), tools)
    if proposal is not None and proposal.status is not ProposalStatus.EXECUTING:
        return NOTHING
    applied = await apply_answer(entry.subject, proposal, tools)
    if proposal is None:
        return applied.change
    if applied.broken:
        return await _failed(proposal, applied.broken, tools)
    keep = frozenset(applied.gaps)
    return await _executed(proposal, proposal.status, applied.outcome, tools, keep=keep) + applied.change


async def _executed(
    proposal: Proposal,
    current: ProposalStatus,
    outcome: str,
    tools: Tools,
    keep: frozenset[str] = frozenset(),
) -> Change:
    """Executed: its gaps are open again, until an analysis finds them closed or something about them changes.

    `keep` are gaps that something else in the change moves.
    """
    gaps = [gap for gap in await _gaps_of(proposal, tools) if gap.id not in keep]
    body = {"number": proposal.number, "outcome": outcome}
    event = Event(EventType.PROPOSAL_EXECUTED, proposal.id, body)
    ended = _ended(proposal, current, ProposalStatus.EXECUTED, {"outcome": outcome}, event, tools.clock.now())
    return ended + release(gaps, proposal, Waiting.CHANGE)


async def _failed(proposal: Proposal, reason: str, tools: Tools) -> Change:
    now = tools.clock.now()
    event = Event(EventType.PROPOSAL_FAILED, proposal.id, {"number": proposal.number, "reason": reason})
    current = ProposalStatus.EXECUTING
    ended = _ended(proposal, current, ProposalStatus.FAILED, {"endedBecause": reason}, event, now)
    gaps = await _gaps_of(proposal, tools)
    return ended + release(gaps, proposal, Waiting.DATE, now + RETRY_FAILED_AFTER)


def _ended(
    proposal: Proposal,
    current: ProposalStatus,
    wanted: ProposalStatus,
    more: Mapping[str, Any],
    event: Event,
    at: datetime,
) -> Change:
    props = {"status": move(current, wanted).value, "endedAt": at, "updatedAt": at, **more}
    return Change(
        expects=(expect("Block", proposal.id, status=proposal.status.value),),
        effects=(Effect("blocks/set", set_block(proposal.id, **props)),),
        events=(event,),
    )


async def _end(proposal: Proposal, wanted: ProposalStatus, reason: str, tools: Tools) -> Change:
    """End an approval that can't be used: stale or expired, never executed; whoever waits is told why."""
    kinds = {ProposalStatus.STALE: EventType.PROPOSAL_STALE, ProposalStatus.EXPIRED: EventType.PROPOSAL_EXPIRED}
    body = {"number": proposal.number, "was": proposal.status.value, "reason": reason}
    event = Event(kinds[wanted], proposal.id, body)
    ended = _ended(proposal, proposal.status, wanted, {"endedBecause": reason}, event, tools.clock.now())
    return ended + release(await _gaps_of(proposal, tools), proposal)


async def _gaps_of(proposal: Proposal, tools: Tools) -> list[HeldGap]:
    rows = await tools.graph.read("decisions/gaps", ids=list(proposal.gap_ids))
    return [HeldGap.from_row(row) for row in rows]
