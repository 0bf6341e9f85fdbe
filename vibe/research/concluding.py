"""Concluding: verifying what was found, putting it together, sealing the working file; or giving up, and saying why.

Source: SPEC section 1 ("Research run"), document 004 sections 6, 7 and 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vibe.domain.changes import Change
from vibe.domain.events import Event, EventType
from vibe.domain.research import Quote
from vibe.domain.runs import RunOutcome, RunState
from vibe.research import gating, workfile, writing
from vibe.research.judging_by_model import judged
from vibe.research.notes import Found, Notes
from vibe.research.sourcing import check_quotes, even_batches, list_sources
from vibe.research.working import Step, Work, again, gate_failed, revised, with_gate

MOST_PASSES = 2
MOST_TRIES = 3


async def verify(work: Work) -> Step:
    """Gate 3: read every quoted line again; only what stands word for word goes on."""
    notes = shortlisted(work.notes, work.tools.settings.research.candidates_max)
    notes = await judged(work, notes)
    turn = again(notes, 3)
    gone = await check_quotes(turn, notes.found, work.tools)
    gate = gating.check_claims(notes, gone, work.hashes)
    spread = [
        f"{workfile.name_of(claim)}: {gating.independent_files(notes, claim.id)} document(s) behind what is sure"
        for claim in work.claims
    ]
    await workfile.write(work.run.file, [workfile.gate_section(gate, turn, spread)], work.tools)
    events = gate_failed(work.run, gate)
    after = with_gate(notes, gate)
    if gate.passed:
        return Step(RunState.SYNTHESIZING, after)
    if after.passes + 1 >= MOST_PASSES:
        why = "the documents it quotes keep changing while they are read"
        return Step(RunState.CLARIFYING, replace(after, passes=after.passes + 1, why=why), events=events)
    return Step(RunState.ACQUIRE_BATCH, await _read_again(work, after, gone), events=events)


def shortlisted(notes: Notes, candidates_most: int) -> Notes:
    """Keep all that is sure, and of each claim the best candidates that are not quoted by it anyway."""
    kept = []
    for claim in notes.claims:
        found = notes.of_claim(claim)
        sure = [item for item in found if item.written]
        quoted = [quote for item in sure for quote in item.quotes]
        kept += sure
        kept += [item for item in found if not item.written and not _is_quoted(item, quoted)][:candidates_most]
    return replace(notes, found=tuple(kept))


def _is_quoted(item: Found, quoted: Sequence[Quote]) -> bool:
    """Whether a candidate is part of what is quoted already."""
    own = item.quotes[0]
    return any((own.file, own.line) == (quote.file, quote.line) and own.text in quote.text for quote in quoted)


async def _read_again(work: Work, notes: Notes, gone: Sequence[str]) -> Notes:
    """Drop what no longer stands, and plan one more batch of the documents it stood in."""
    files = {item.quotes[0].file for item in notes.found if item.id in gone}
    listed, _ = await list_sources(work.targets(), work.tools)
    batch = even_batches([source for source in listed if source.file in files], work.run.mode)[0]
    return replace(
        notes,
        found=tuple(item for item in notes.found if item.id not in gone),
        batches=(*notes.batches, batch),
        passes=notes.passes + 1,
    )


async def synthesize(work: Work) -> Step:
    """Write what was found claim by claim and what it comes to; gate 4 reads the file."""
    notes, turn = work.notes, work.notes.rebuilt + 1
    dimensions = [_turned(workfile.dimension_section(claim, notes), turn) for claim in work.claims]
    outcome = writing.outcome_of(notes)
    await workfile.write(
        work.run.file, [*dimensions, workfile.synthesis_section(notes, work.claims, outcome, turn)], work.tools
    )
    text = await workfile.read(work.run.file, work.tools)
    gate = gating.check_scaffold(text, markers_of(work))
    tried = again(notes, 4)
    await workfile.write(work.run.file, [workfile.gate_section(gate, tried)], work.tools)
    after, events = with_gate(notes, gate), gate_failed(work.run, gate)
    if gate.passed:
        return Step(RunState.FINALIZING, after)
    if tried >= MOST_TRIES:
        return await abort(work, "the working file lacks what the run wrote to it")
    return Step(RunState.VERIFYING, after, events=events)


def _turned(section: workfile.Section, turn: int) -> workfile.Section:
    marker, text = section
    return (f"{marker} (pass {turn})" if turn > 1 else marker), text


def markers_of(work: Work) -> list[str]:
    """What a finished working file must hold: every batch, every gate passed so far, every dimension."""
    counts: dict[int, int] = {}
    gates = []
    for gate in work.notes.gates:
        counts[gate.number] = counts.get(gate.number, 0) + 1
        gates.append(workfile.gate_marker(gate.number, counts[gate.number]))
    batches = [workfile.batch_marker(number) for number in range(1, work.run.batches + 1)]
    return [*batches, *gates, *(workfile.dimension_marker(claim) for claim in work.claims)]


async def finalize(work: Work) -> Step:
    """Check the file against the notes, end and seal it, and write what follows, all of it in one change."""
    text = await workfile.read(work.run.file, work.tools, of=work.hashes)
    sealed = workfile.TERMINATED in text.splitlines()
    if work.scope_changed and not sealed:
        if work.notes.revised >= MOST_PASSES:
            return await abort(work, "what it is about keeps changing")
        return Step(RunState.REVISE_PLAN, revised(work, "a claim it is about was changed"))
    answers = self_check(work, text)
    if not sealed and not all(holds for _, holds in answers):
        if work.notes.rebuilt:
            return await abort(work, "the working file and what was found drift apart")
        return Step(RunState.SYNTHESIZING, replace(work.notes, rebuilt=1))
    outcome, now = writing.outcome_of(work.notes), work.tools.clock.now()
    ending = [workfile.self_check_section(answers, 1), workfile.termination_section(outcome, now)]
    await workfile.write(work.run.file, ending, work.tools)
    sha256 = await workfile.seal(work.run.file, work.tools)
    return await writing.finish(work, sha256)


def self_check(work: Work, text: str) -> list[tuple[str, bool]]:
    """Document 004 section 9: each question with its answer, read from the file and the notes."""
    lines = set(text.splitlines())
    passed = {gate.number for gate in work.notes.gates if gate.passed}
    quoted = all(workfile.finding_line(item) in lines for item in work.notes.found)
    return [
        ("every batch is in the working file", not [m for m in markers_of(work) if m not in lines]),
        ("every gate that is due was passed and logged", {1, 3, 4} <= passed),
        ("what is open is listed", any(line.startswith("Open issues: ") for line in lines)),
        ("everything that follows stands in the file, quote by quote", quoted),
    ]


async def abort(work: Work, why: str) -> Step:
    """Give up: say why in the file, seal it, tell whoever waits."""
    now = work.tools.clock.now()
    props: dict[str, object] = {"outcome": RunOutcome.ABORTED.value, "reason": why, "finishedAt": now}
    if work.run.file:
        text = await workfile.read(work.run.file, work.tools, of={"why": why})
        if workfile.TERMINATED not in text.splitlines():
            ending = [workfile.aborted_section(why), workfile.termination_section(RunOutcome.ABORTED, now)]
            await workfile.write(work.run.file, ending, work.tools)
        props["sha256"] = await workfile.seal(work.run.file, work.tools)
    body = {"run": work.run.id, "proposal": work.run.proposal_id, "outcome": RunOutcome.ABORTED.value, "reason": why}
    event = Event(EventType.RESEARCH_FINISHED, work.run.id, body | {"searched": writing.searched(work.notes)})
    return Step(RunState.ABORTED, work.notes, props, change=Change(events=(event,)))
