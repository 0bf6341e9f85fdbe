"""Workfile: the sections of a run's working file, and writing them.

Text from outside (quotes, titles, questions) is put on one line behind `> ` or `- `, so it can never look like a
marker. Each write is an act of its own kind that looks for its marker first: a run that is continued after a crash
repeats no section and doubles none.

Source: document 004 section 10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from vibe.domain.acts import ActKind, Intent, Outcome, Unknown
from vibe.domain.canonical import iso, sha256_of
from vibe.domain.research import Claim
from vibe.domain.runs import Run
from vibe.kernel.commit import Outside
from vibe.kernel.tools import Tools
from vibe.research.gating import independent_files
from vibe.research.notes import Found, GateRecord, Notes, Source

Section = tuple[str, str]
"""A marker on a line of its own, and the text below it."""
TERMINATED = "## Termination"


def file_of(run: Run, at: datetime) -> str:
    """Where a run's working file is, below `runs/`."""
    return f"{at.date().isoformat()}_{run.id[:12]}/working.md"


async def write(file: str, sections: Sequence[Section], tools: Tools, what: ActKind = ActKind.FILE) -> str:
    """Add sections to the working file, once; returns the SHA-256 of its text."""

    async def append(outside: Outside) -> Outcome:
        text = await outside.workfiles.append(file, sections)
        return Outcome(sha256_of(text), (file,), "the markers are in the file")

    markers = [marker for marker, _ in sections]
    inputs = {"file": file, "markers": markers, "sha256": sha256_of([list(item) for item in sections])}
    intent = Intent(f"write {markers[0]} to {file}", what, inputs, Unknown.PROBE)
    return (await tools.acts.perform(intent, append)).text


async def read(file: str, tools: Tools, of: Mapping[str, str] | None = None) -> str:
    """The working file as it is; with other claims (`of`: their hashes) it is read anew."""

    async def look(outside: Outside) -> Outcome:
        return Outcome(await outside.workfiles.read(file), (file,))

    name = f"read {file}" if of is None else f"read {file} for {sha256_of(of)[:8]}"
    return (await tools.acts.perform(Intent(name, ActKind.FILE, {"file": file}), look)).text


async def seal(file: str, tools: Tools) -> str:
    """Make the working file read-only; its SHA-256 goes into the ledger."""

    async def close(outside: Outside) -> Outcome:
        sha256 = await outside.workfiles.seal(file)
        return Outcome(sha256, (file,), f"sha256 {sha256}")

    return (await tools.acts.perform(Intent(f"seal {file}", ActKind.FILE, {"file": file}), close)).text


def opening(run: Run, claims: Sequence[Claim], at: datetime) -> Section:
    """The head: what the run is about and what it was approved for."""
    lines = [
        f"- started: {iso(at)}",
        f"- proposal: {run.number}",
        f"- mode: {run.mode.name} ({run.mode.sources_least} to {run.mode.sources_most} sources)",
        f"- question: {one_line(run.question)}",
        f"- would confirm: {one_line(run.confirm)}",
        f"- would refute: {one_line(run.refute)}",
        "",
        "Claims:",
        "",
        *(f"- {claim.kind} `{claim.id}` ({claim.file}:{claim.line}): {one_line(claim.text)}" for claim in claims),
    ]
    return f"# Research run {run.id}", "\n".join(lines)


def plan_section(notes: Notes, claims: Sequence[Claim], mode_least: int) -> Section:
    """The plan: dimensions, batches, what is left out."""
    total = sum(len(batch) for batch in notes.batches)
    lines = ["Dimensions:", "", *(f"- {one_line(name_of(claim))}" for claim in claims), ""]
    for position, batch in enumerate(notes.batches):
        lines.append(f"- batch {notes.first + position}: {_files(batch)}")
    lines += ["", f"Searched for: {', '.join(notes.words) or 'nothing telling'}"]
    if total < mode_least:
        lines.append(f"Only {total} sources are there; the mode aims at {mode_least} or more.")
    if notes.left_out:
        lines.append(f"Left out, beyond the mode's target: {_files(notes.left_out)}")
    if notes.why:
        lines.append(f"Made anew because: {one_line(notes.why)}")
    return f"## Plan{_again(notes.revised)}", "\n".join(lines)


def batch_section(
    number: int, batch: Sequence[Source], notes: Notes, passages: int, names: Mapping[str, str]
) -> Section:
    """What a batch gave: sources, domains, what is still open, what comes next."""
    mine = [item for item in notes.found if item.batch == number]
    sure = sum(item.written for item in mine)
    uncovered = [names.get(claim, claim) for claim in notes.uncovered()]
    coming = notes.batches[notes.done] if not notes.is_read_out else ()
    lines = [
        f"- sources fetched: {_files(batch) or 'none: there is nothing to read'}",
        f"- domains represented: {_domains(batch)}",
        f"- passages read: {passages}; findings: {sure} sure, {len(mine) - sure} for a person to judge",
        f"- gaps remaining: {'; '.join(map(one_line, uncovered)) or 'none'}",
        f"- next focus: {_files(coming) or 'verification'}",
        *(finding_line(item) for item in mine if item.written),
    ]
    return batch_marker(number), "\n".join(lines)


def batch_marker(number: int) -> str:
    """The marker of a batch's summary."""
    return f"### Batch {number} Summary"


def gate_section(gate: GateRecord, turn: int, extra: Sequence[str] = ()) -> Section:
    """A gate as it was passed or not; `turn` counts how often it was tried, from 1."""
    lines = [f"**{'PASS' if gate.passed else 'FAIL'}**", ""]
    lines += [f"- [{'x' if holds else ' '}] {one_line(text)}" for text, holds in gate.checks]
    lines += [f"- {one_line(line)}" for line in extra]
    if gate.remedy:
        lines += ["", f"Remediation: {one_line(gate.remedy)}"]
    return gate_marker(gate.number, turn), "\n".join(lines)


def gate_marker(number: int, turn: int) -> str:
    """The marker of a gate's section."""
    return f"## Verification Gate {number}" + (f" (pass {turn})" if turn > 1 else "")


def dimension_section(claim: Claim, notes: Notes) -> Section:
    """What was found about one claim."""
    found = notes.of_claim(claim.id)
    files = independent_files(notes, claim.id)
    lines = [f"> {one_line(claim.text)}", ""]
    lines += [finding_line(item) for item in found] or ["Nothing was found that speaks of it."]
    if files == 1:
        lines.append("What is sure comes from a single document.")
    return dimension_marker(claim), "\n".join(lines)


def dimension_marker(claim: Claim) -> str:
    """The marker of a claim's section; the id keeps two of one name apart."""
    return f"## Dimension: {one_line(name_of(claim))} [{claim.id[:8]}]"


def synthesis_section(notes: Notes, claims: Sequence[Claim], outcome: str, turn: int) -> Section:
    """What it comes to."""
    lines = [f"Outcome: {outcome}.", ""]
    for claim in claims:
        found = notes.of_claim(claim.id)
        sure = sum(item.written for item in found)
        lines.append(
            f"- {one_line(name_of(claim))}: {sure} sure against it from {independent_files(notes, claim.id)} "
            f"document(s), {len(found) - sure} to judge"
        )
    open_issues = [one_line(name_of(claim)) for claim in claims if claim.id in notes.uncovered()]
    lines += ["", f"Open issues: {'; '.join(open_issues) or 'none beyond what waits for a person'}"]
    return "## Synthesis" + (f" (pass {turn})" if turn > 1 else ""), "\n".join(lines)


def saturation_section(notes: Notes) -> Section:
    """Why reading stopped before the plan was read out."""
    left = notes.batches[notes.done :]
    text = (
        f"The last two batches gave no finding that was not there before ({len(notes.found)} in all). "
        f"Not read: {_files([source for batch in left for source in batch]) or 'nothing'}."
    )
    return f"## Saturation Evidence{_again(notes.revised)}", text


def expansion_section(notes: Notes, names: Mapping[str, str]) -> Section:
    """Which dimension was added, and why."""
    claims = [one_line(names.get(claim, claim)) for claim in notes.uncovered()]
    added = notes.batches[-1] if notes.batches else ()
    lines = [
        f"- reason: two batches said nothing of {'; '.join(claims)}",
        "- new dimension: what these claims answer and choose between",
        f"- added: {_files(added) or 'nothing that was not read'}",
    ]
    return f"## Scope Expansion{_again(notes.revised)}", "\n".join(lines)


def revision_section(notes: Notes) -> Section:
    """Why the plan is made anew; what was found before stays above."""
    return f"## Plan Revision {notes.revised}", f"Reason: {one_line(notes.why)}"


def self_check_section(answers: Sequence[tuple[str, bool]], turn: int) -> Section:
    """Document 004 section 9, answered."""
    lines = [f"- [{'x' if holds else ' '}] {text}" for text, holds in answers]
    return "## Self-Check" + (f" (pass {turn})" if turn > 1 else ""), "\n".join(lines)


def aborted_section(why: str) -> Section:
    """Why it was given up."""
    return "## Aborted", f"Reason: {one_line(why)}"


def termination_section(outcome: str, at: datetime) -> Section:
    """The end: what it came to, and when."""
    return TERMINATED, f"Terminated: {iso(at)} outcome={outcome}"


def finding_line(item: Found) -> str:
    """One finding with its quotes, on one line."""
    quotes = "; ".join(f"“{one_line(quote.text)}” ({one_line(quote.file)}:{quote.line})" for quote in item.quotes)
    sure = "contradicts" if item.written else f"to judge, {item.score}"
    return f"- [{sure}] {quotes}: {one_line('; '.join(item.reasons))}"


def name_of(claim: Claim) -> str:
    """What a claim is called: its topic, else its beginning."""
    name = one_line(claim.topic or claim.text)
    return name if len(name) <= 90 else name[:89].rsplit(" ", 1)[0] + "…"


def one_line(text: str) -> str:
    """The text without line breaks."""
    return " ".join(text.split())


def _files(sources: Sequence[Source]) -> str:
    return ", ".join(one_line(source.file) for source in sources)


def _domains(batch: Sequence[Source]) -> str:
    own = sum(source.is_own for source in batch)
    parts = [f"{len(batch) - own} of the plan"] if len(batch) > own else []
    return ", ".join([*parts, f"{own} of the owner's"] if own else parts) or "none"


def _again(revised: int) -> str:
    return f" (revision {revised})" if revised else ""
