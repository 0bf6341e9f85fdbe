"""Proposing: from open gaps to drafts, as many as the caps let through.

Woken by analyses that are to go on to proposals (`AnalysisFinished` with `draft`) and by every proposal that leaves its
open states; events wake it, the graph tells it what to do. Reads open gaps by severity, what was rejected before, and
each gap's context. Emits `ProposalDrafted`, `ProposalVague`, `GapSkipped`; `strengthen_proposal` and
`redraft_proposal` emit `ProposalRedrafted`.

The command `ProposeGap` (a person wants one for this gap now) emits `ProposalAsked`, which drafts for that gap alone,
whatever it waited for and past the caps; only what was rejected still stands in its way, and the answer says so.

A draft that fails is tried twice again, then its gap is skipped with the reason and comes back with the next daily
pass. A gap moves from open to proposed in the change that writes its draft, so nothing is drafted twice.

Source: SPEC sections 2 and 3, document 003 section 3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vibe.domain.canonical import from_json
from vibe.domain.changes import NOTHING, Change, expect
from vibe.domain.commands import ProposeGap
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.packets import approach_of
from vibe.domain.proposals import Proposal, ProposalStatus, RejectionType, Waiting
from vibe.kernel.submissions import StaleTurn
from vibe.kernel.tools import Tools
from vibe.loop.proposing.contexts import read_context
from vibe.loop.proposing.drafting import Drafted, Failed, draft_item
from vibe.loop.proposing.gaps import (
    Item,
    OpenGap,
    context_sha256,
    gaps_changed,
    gaps_due,
    grouped,
    room_for,
    together,
)
from vibe.loop.proposing.likening import Avoided, Rejections, forbids, is_like, keeps_back, read_rejections
from vibe.loop.proposing.remedies import Approach, approaches, remedies
from vibe.loop.proposing.wishes import read_wishes
from vibe.loop.proposing.writing import write_draft, write_redraft, write_skip

TRIES_A_DRAFT = 3
"""So many gaps for each draft that a cycle may make are asked about in one pass, what comes to nothing included."""


async def draft_next(entries: Sequence[Entry], tools: Tools) -> Change:
    """Draft for the most pressing open gaps, up to the caps; each draft is a change of its own, the worst gap first."""
    if (await tools.graph.read("loop/paused"))[0]["paused"]:
        return NOTHING
    root = entries[0].root
    room = await room_for(root, tools)
    rejections = await read_rejections(tools)
    items = await _candidates(entries, room, rejections, tools)
    left = TRIES_A_DRAFT * tools.settings.proposals.drafted_a_cycle
    while items and room and left > 0:
        batch, items = items[: min(room, left)], items[min(room, left) :]
        left -= len(batch)
        for result in await asyncio.gather(*(_draft(item, rejections, tools) for item in batch)):
            room -= await _write(result, root, rejections, tools)
    return NOTHING


async def propose_gap(command: ProposeGap, tools: Tools) -> Change:
    """Take down that a person wants a proposal for a gap now.

    Raises:
        NotFound: there is no such gap. BadInput: several begin so.
        Conflict: it has a proposal, is closed or suppressed, or the loop is paused; says what to do.
    """
    beginning = command.gap_id.strip()
    rows = await tools.graph.read("gaps/beginning", beginning=beginning) if beginning else []
    if not rows:
        raise NotFound(f"there is no gap {command.gap_id!r}; `vibe gaps` lists them")
    if len(rows) > 1 and rows[0]["id"] != beginning:
        raise BadInput(f"several gaps begin with {command.gap_id!r}; give more of the id", field="id")
    row = rows[0]
    if row["status"] != "open":
        raise Conflict(f"this gap is {row['status']}: {_NOT_OPEN[row['status']]}", found={"status": row["status"]})
    if (await tools.graph.read("loop/paused"))[0]["paused"]:
        raise Conflict("the loop is paused; `vibe loop resume` goes on")
    return Change(
        expects=(expect("Gap", row["id"], status="open"),),
        events=(Event(EventType.PROPOSAL_ASKED, row["id"], {"gap": row["id"]}),),
        answer={"gap": row["id"], "said": "A proposal for it is being drafted and checked."},
    )


_NOT_OPEN = {
    "proposed": "`vibe proposals` shows the proposal it has",
    "closed": "there is nothing left to propose for",
    "suppressed": "take that back first, with `vibe rejections undo ID`, `vibe gaps mark ID real` or "
    "`vibe gaps baseline --undo`",
}


async def draft_asked(entry: Entry, tools: Tools) -> Change:
    """Draft for the one gap a person asked about."""
    rows = await tools.graph.read("proposals/gaps_of", ids=[str(entry.body["gap"])])
    item = await together([gap for gap in map(OpenGap.from_row, rows) if gap.status == "open"], tools)
    if item is not None:
        rejections = await read_rejections(tools)
        await _write(await _draft(item, rejections, tools), entry.root, rejections, tools)
    return NOTHING


def is_full_pass(entries: Iterable[Entry]) -> bool:
    """Whether a daily pass or a person's is among what woke it; only that drafts for gaps of the loop's own writes."""
    return any(
        entry.type == EventType.ANALYSIS_FINISHED and entry.body.get("wake", "daily") in ("daily", "command")
        for entry in entries
    )


async def _candidates(entries: Sequence[Entry], room: int, rejections: Rejections, tools: Tools) -> list[Item]:
    if not room:
        return []
    daily = is_full_pass(entries)
    due = await gaps_due(daily, tools)
    if daily or any(entry.type == EventType.REJECTION_UNDONE for entry in entries):
        due += await gaps_changed((item.id for item in rejections), tools)
    paused = {row["plan"] for row in await tools.graph.read("loop/paused_plans", limit=500)}
    due = [gap for gap in due if gap.plan not in paused]
    due.sort(key=lambda gap: (gap.type != "contradicted", -gap.score, gap.id))
    now = tools.clock.now()
    return await grouped([gap for gap in due if keeps_back(gap, rejections, now) is None], tools)


async def _draft(item: Item, rejections: Rejections, tools: Tools) -> Drafted | Failed | Avoided:
    """Draft one item by the best approach that nobody rejected."""
    result: Drafted | Failed | Avoided = Failed(item, "there is no way to go about it")
    context = await read_context(item, rejections, tools)
    wishes = await read_wishes(tools)
    for approach in wishes.first(approaches(item)):
        bad = forbids(item.gaps, approach.key, rejections)
        if bad is not None:
            result = Avoided(item, bad)
            continue
        name = f"{item.first.id}/{approach.packet}"
        result = wishes.keep(await draft_item(item, approach, remedies(item), context, tools, name=name))
        if not isinstance(result, Drafted):
            return result
        alike = await is_like(result.draft.title, item.first, rejections, tools)
        if alike is None or not alike.suppresses:
            return replace(result, context={**result.context, "alike": [alike.told]}) if alike else result
        result = Avoided(item, alike.by)
        if alike.by.kind is not RejectionType.BAD_APPROACH:
            break
    return result


async def _write(result: Drafted | Failed | Avoided, root: str, rejections: Rejections, tools: Tools) -> int:
    """Write what came of one item, at once; returns how many open proposals it made."""
    item = result.item
    context = await context_sha256(item.gaps, tools)
    if isinstance(result, Drafted):
        change = write_draft(result, context, root, tools.clock.now())
    elif isinstance(result, Failed):
        change = write_skip(item, result.reason, by=None, context_sha256=context, waits=Waiting.DIGEST)
    else:
        change = write_skip(item, result.reason, by=result.by, context_sha256=context, waits=result.waits)
    try:
        await tools.acts.record(f"{item.first.id}/{item.first.times_proposed}", change)
    except StaleTurn:
        raise
    except Conflict:
        return 0  # a gap closed or a block changed meanwhile; whoever did that wakes this again
    return int(isinstance(result, Drafted) and not result.draft.vague)


async def strengthen_proposal(entry: Entry, tools: Tools) -> Change:
    """Word a weak proposal anew, once, with the critic's objection in hand; then it is argued once more."""
    row, proposal = await _read(entry.subject, tools)
    if proposal is None or proposal.status is not ProposalStatus.DEBATING or row.get("strengthened"):
        return NOTHING
    drafted = await _reword(proposal, {"objection": proposal.objection}, f"strengthen/{proposal.version}", tools)
    return write_redraft(proposal, drafted, "weak", tools.clock.now())


async def redraft_proposal(entry: Entry, tools: Tools) -> Change:
    """Word a proposal anew with what a person said should be different (`redo`)."""
    row, proposal = await _read(entry.subject, tools)
    words = row.get("redo_words")
    if proposal is None or proposal.status is not ProposalStatus.DRAFT or not words:
        return NOTHING
    drafted = await _reword(proposal, {"words": words}, f"redo/{proposal.version}", tools)
    return write_redraft(proposal, drafted, "words", tools.clock.now())


async def _read(identity: str, tools: Tools) -> tuple[Mapping[str, Any], Proposal | None]:
    rows = await tools.graph.read("proposals/by_id", ids=[identity])
    return (rows[0], Proposal.from_row(rows[0])) if rows else ({}, None)


async def _reword(proposal: Proposal, more: Mapping[str, Any], name: str, tools: Tools) -> Drafted | None:
    """Draft again for the proposal's gaps by its own approach; None where no better draft comes."""
    rows = await tools.graph.read("proposals/gaps_of", ids=list(proposal.gap_ids))
    gaps = [gap for gap in map(OpenGap.from_row, rows) if gap.proposal_id == proposal.id]
    item = await together(sorted(gaps, key=lambda gap: gap.id != proposal.gap_id), tools)
    if item is None:
        return None
    packet = proposal.packet
    approach = Approach(packet.type, tuple(target.id for target in packet.targets))
    previous = {"title": proposal.title, "content": proposal.content, "action": from_json(proposal.action)}
    context = await read_context(item, await read_rejections(tools), tools) | {"previous": previous, **more}
    result = await draft_item(item, approach, remedies(item), context, tools, name=name)
    if isinstance(result, Failed) or result.draft.vague or approach_of(result.packet) != approach.key:
        return None
    return result
