"""Acquiring: planning what to read, and reading it batch by batch; a batch follows only once the file shows the last.

Source: SPEC section 1 ("Research run"), document 004 sections 3, 5 and 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vibe.domain.runs import RunState
from vibe.research import concluding, gating, workfile
from vibe.research.notes import Found, GateRecord, Notes, Source
from vibe.research.sourcing import choose_batches, list_sources, read_batch
from vibe.research.working import Step, Work, again, gate_failed, revised, with_gate

MOST_REVISIONS = 2


async def plan_strategy(work: Work) -> Step:
    """List the documents, the promising ones first, and plan the batches."""
    mode = work.run.mode
    listed, words = await list_sources(work.targets(), work.tools, widened=work.notes.revised > 0)
    batches, left_out = choose_batches(listed, mode)
    notes = replace(
        work.notes,
        claims=work.hashes,
        batches=batches,
        left_out=left_out,
        words=tuple(words),
        first=work.run.batches + 1,
        done=0,
    )
    await workfile.write(work.run.file, [workfile.plan_section(notes, work.claims, mode.sources_least)], work.tools)
    return Step(RunState.ACQUIRE_BATCH, notes)


async def revise_plan(work: Work) -> Step:
    """Say why the plan is made anew; what was found stays in the file."""
    await workfile.write(work.run.file, [workfile.revision_section(work.notes)], work.tools)
    return Step(RunState.PLAN_STRATEGY, work.notes)


async def acquire_batch(work: Work) -> Step:
    """Read the next batch and log it, with the gates that are due."""
    if work.notes.is_read_out:
        return Step(RunState.VERIFYING, work.notes)
    number, batch = work.run.batches + 1, work.notes.batches[work.notes.done]
    found, passages, changed = await read_batch(number, batch, work.targets(), await work.rivals(), work.tools)
    notes = replace(
        work.notes,
        found=merged(work.notes.found, found),
        done=work.notes.done + 1,
        passages=work.notes.passages + passages,
    )
    names = {claim.id: workfile.name_of(claim) for claim in work.claims}
    sections = [workfile.batch_section(number, batch, notes, passages, names)]
    gates = _gates_due(work, notes, changed)
    for gate in gates:
        sections.append(workfile.gate_section(gate, again(notes, gate.number)))
        notes = with_gate(notes, gate)
    await workfile.write(work.run.file, sections, work.tools)
    step = await _after_batch(replace_notes(work, notes), gates)
    events = tuple(event for gate in gates for event in gate_failed(work.run, gate))
    return replace(step, props={**step.props, "batches": number}, events=(*step.events, *events))


def replace_notes(work: Work, notes: Notes) -> Work:
    """The same work with other notes."""
    return replace(work, notes=notes)


def merged(before: Sequence[Found], found: Sequence[Found]) -> tuple[Found, ...]:
    """Join findings: the same passage about the same claim counts once, the surer one."""
    best: dict[tuple[str, str, int, str], Found] = {}
    for item in sorted([*before, *found], key=lambda f: (not f.written, -f.score, f.batch, f.id)):
        quote = item.quotes[0]
        best.setdefault((item.claim, quote.file, quote.line, quote.text), item)
    return tuple(best.values())


def _gates_due(work: Work, notes: Notes, changed: Sequence[str]) -> list[GateRecord]:
    due = []
    if notes.done == 1:
        due.append(gating.check_direction(notes, changed))
    if gating.is_gate_2_due(notes, work.run.mode):
        due.append(gating.check_diversity(notes))
    return due


async def _after_batch(work: Work, gates: Sequence[GateRecord]) -> Step:
    """Where a batch leads: gate 1 first, then what is still open."""
    notes = work.notes
    failed = next((gate for gate in gates if gate.number == 1 and not gate.passed), None)
    if failed is not None:
        if notes.revised >= MOST_REVISIONS:
            return await concluding.abort(work, f"gate 1 failed again: {failed.remedy}")
        return Step(RunState.REVISE_PLAN, revised(work, failed.remedy))
    if not notes.is_read_out and is_saturated(notes):
        return Step(RunState.SATURATED, replace(notes, saturated=True))
    if persists(notes):
        return Step(RunState.EXPAND_SCOPE, notes)
    return Step(RunState.VERIFYING if notes.is_read_out else RunState.ACQUIRE_BATCH, notes)


def is_saturated(notes: Notes) -> bool:
    """Whether the last two batches gave nothing new."""
    if notes.done < 3:
        return False
    last = notes.first + notes.done - 1
    return not any(item.batch in {last, last - 1} for item in notes.found)


def persists(notes: Notes) -> bool:
    """Whether two batches said nothing of a claim, and there is more to read than was planned."""
    return notes.done >= 2 and not notes.expanded and bool(notes.uncovered() and notes.left_out)


async def expand_scope(work: Work) -> Step:
    """Add a dimension: search for what the open claims answer and choose between, and read more documents."""
    open_claims = set(work.notes.uncovered())
    wanted = {plan: [c for c in claims if c.id in open_claims] for plan, claims in work.targets().items()}
    listed, words = await list_sources({p: claims for p, claims in wanted.items() if claims}, work.tools, widened=True)
    known = {(source.plan, source.file) for source in (*work.notes.read, *_planned(work.notes))}
    fresh = [source for source in listed if (source.plan, source.file) not in known][: work.run.mode.batch_most]
    added = {(source.plan, source.file) for source in fresh}
    notes = replace(
        work.notes,
        expanded=True,
        saturated=False,
        batches=(*work.notes.batches, *((tuple(fresh),) if fresh else ())),
        left_out=tuple(source for source in work.notes.left_out if (source.plan, source.file) not in added),
        words=tuple(dict.fromkeys([*work.notes.words, *words])),
    )
    names = {claim.id: workfile.name_of(claim) for claim in work.claims}
    await workfile.write(work.run.file, [workfile.expansion_section(notes, names)], work.tools)
    return Step(RunState.ACQUIRE_BATCH, notes)


def _planned(notes: Notes) -> list[Source]:
    return [source for batch in notes.batches for source in batch]


async def stop_saturated(work: Work) -> Step:
    """Log why reading stops; a claim nobody spoke of widens the scope instead."""
    notes = work.notes
    await workfile.write(work.run.file, [workfile.saturation_section(notes)], work.tools)
    unread = tuple(source for batch in notes.batches[notes.done :] for source in batch)
    if notes.uncovered() and not notes.expanded and (notes.left_out or unread):
        return Step(RunState.EXPAND_SCOPE, notes)
    stopped = replace(notes, batches=notes.batches[: notes.done], left_out=(*notes.left_out, *unread))
    return Step(RunState.VERIFYING, stopped)
