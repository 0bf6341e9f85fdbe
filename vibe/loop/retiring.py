"""Retiring: proposals, and the loop's own questions, that time or events have overtaken.

Woken by `GapsClosed`, `GapMarked`, `BlocksChanged` and `PlanImported` (what they touch may be stale), and by `SweepDue`
(what nobody decided or used in time is expired). Reads the proposals that are not decided for good; emits
`ProposalStale` and `ProposalExpired`. Expired is neither yes nor no: it never executes, and its gaps are open again.

A question of the loop's own expires (`QuestionExpired`) once everything it is about is withdrawn.

A decision made at the same moment wins or loses as a whole: both expect the state they found.

Source: SPEC sections 2 (after expiry) and 5 (expires, stale), DESIGN section 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vibe.domain.block_rows import set_block
from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.proposals import OPEN, Proposal, ProposalStatus, move
from vibe.domain.questions import QuestionStatus, expire
from vibe.domain.suppressions import HeldGap, release, release_expired
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

MAY_BE_STALE = tuple(sorted(status.value for status in OPEN | {ProposalStatus.APPROVED}))
MOST_LIVE = 500
MOST_A_SWEEP = 50
AT_ONCE = 500
UNRESOLVED = frozenset({"open", "proposed"})


async def retire_proposals(entry: Entry, tools: Tools) -> Change:
    """Make the proposals stale whose gaps are closed or whose targets changed; only those the entry touches."""
    rows = await tools.graph.read("decisions/live", statuses=list(MAY_BE_STALE), limit=MOST_LIVE)
    live = [Proposal.from_row(row) for row in rows]
    if not live:
        return NOTHING
    change = NOTHING
    for proposal, reason in await _overtaken(entry, live, tools):
        change += await _retire(proposal, reason, tools)
    return change


async def _overtaken(entry: Entry, live: list[Proposal], tools: Tools) -> list[tuple[Proposal, str]]:
    if entry.type in (EventType.GAPS_CLOSED, EventType.GAP_MARKED):
        gone = {item["id"] for item in entry.body.get("items", ())} | {entry.body.get("gap")}
        reason = "its gap closed" if entry.type == EventType.GAPS_CLOSED else "a person answered its gap"
        touched = [proposal for proposal in live if gone.intersection(proposal.gap_ids)]
        return [(proposal, reason) for proposal in touched if not await _open_gaps(proposal, tools)]
    changed = set(entry.body.get("ids", ()))
    everything = entry.type == EventType.PLAN_IMPORTED
    touched = [
        proposal for proposal in live if everything or any(target.id in changed for target in proposal.packet.targets)
    ]
    return [(proposal, reason) for proposal in touched if (reason := await _changed_target(proposal, tools))]


async def _open_gaps(proposal: Proposal, tools: Tools) -> bool:
    rows = await tools.graph.read("decisions/gaps", ids=list(proposal.gap_ids))
    return any(row["status"] in UNRESOLVED for row in rows)


async def _changed_target(proposal: Proposal, tools: Tools) -> str:
    """Say which target is not what it was, or nothing."""
    targets = proposal.packet.targets
    rows = await tools.graph.read("blocks/by_id", ids=[target.id for target in targets]) if targets else []
    now = {row["id"]: row["content_sha256"] for row in rows}
    for target in targets:
        if now.get(target.id) != target.content_sha256:
            return f"{target.title or target.id!r} {'changed' if target.id in now else 'is gone'}"
    return ""


async def _retire(proposal: Proposal, reason: str, tools: Tools) -> Change:
    gaps = await _gaps_of(proposal, tools)
    event = Event(EventType.PROPOSAL_STALE, proposal.id, {"number": proposal.number, "reason": reason})
    return _moved(proposal, ProposalStatus.STALE, reason, event, tools.clock.now()) + release(gaps, proposal)


async def expire_proposals(tick: Entry, tools: Tools) -> Change:
    """Expire what nobody decided in time, and approvals nobody used in time."""
    del tick
    now_ms = epoch_ms(tools.clock.now())
    ready, approved = ProposalStatus.READY.value, ProposalStatus.APPROVED.value
    limits = {"now_ms": now_ms, "limit": MOST_A_SWEEP}
    change = NOTHING
    for proposal in _read(await tools.graph.read("decisions/expired_ready", status=ready, **limits)):
        change += await _expire(proposal, "nobody decided it in time", tools)
    for proposal in _read(await tools.graph.read("decisions/expired_approved", status=approved, **limits)):
        change += await _expire(proposal, "its approval was not used in time; it will not be carried out", tools)
    return change


async def retire_questions(entry: Entry, tools: Tools) -> Change:
    """Expire the loop's questions about blocks that are withdrawn, all of them."""
    ids = list(dict.fromkeys(str(name) for name in entry.body.get("ids") or ()))
    change, seen, now = NOTHING, set[str](), tools.clock.now()
    for start in range(0, len(ids), AT_ONCE):
        rows = await tools.graph.read(
            "questions/moot",
            ids=ids[start : start + AT_ONCE],
            asker="loop",
            statuses=[QuestionStatus.ASKED.value, QuestionStatus.CLARIFYING.value],
            withdrawn="withdrawn",
            limit=AT_ONCE,
        )
        for row in rows:
            if row["id"] not in seen:
                seen.add(row["id"])
                change += expire(row["id"], row["status"], row["proposal_id"], at=now)
    return change


def _read(rows: Iterable[Row]) -> list[Proposal]:
    return [Proposal.from_row(row) for row in rows]


async def _expire(proposal: Proposal, reason: str, tools: Tools) -> Change:
    gaps = await _gaps_of(proposal, tools)
    approved = proposal.status is ProposalStatus.APPROVED
    body = {"number": proposal.number, "was": proposal.status.value, "reason": reason}
    event = Event(EventType.PROPOSAL_EXPIRED, proposal.id, body)
    freed = release(gaps, proposal) if approved else release_expired(gaps, proposal)
    return _moved(proposal, ProposalStatus.EXPIRED, reason, event, tools.clock.now()) + freed


async def _gaps_of(proposal: Proposal, tools: Tools) -> list[HeldGap]:
    rows = await tools.graph.read("decisions/gaps", ids=list(proposal.gap_ids))
    return [HeldGap.from_row(row) for row in rows]


def _moved(proposal: Proposal, wanted: ProposalStatus, reason: str, event: Event, at: datetime) -> Change:
    props = {"status": move(proposal.status, wanted).value, "endedBecause": reason, "updatedAt": at}
    return Change(
        expects=(expect("Block", proposal.id, status=proposal.status.value, version=proposal.version),),
        effects=(Effect("blocks/set", set_block(proposal.id, **props)),),
        events=(event,),
    )
