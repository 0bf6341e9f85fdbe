"""What figures tell: the same quantity with another value, and a schedule that takes longer than claimed."""

from __future__ import annotations

from collections.abc import Sequence

from vibe.domain.research import Claim, Finding, Passage, Role, Stance
from vibe.research.bench import Bench, stated_figures
from vibe.research.comparing import Difference, differences
from vibe.research.findings import ROLE_WORDS, finding
from vibe.research.schedules import LONGER, claimed_span, told


def by_figures(bench: Bench, passage: Passage, wanted: Sequence[Claim]) -> list[Finding]:
    """For each claim the surest difference between its figures and the passage's."""
    stated = stated_figures(passage)
    if not stated:
        return []
    found = []
    for claim in wanted:
        if bench.figures(claim) and not bench.is_own(claim, passage):
            all_of_them = differences(bench.figures(claim), stated, bench.lexicon)
            best = max(all_of_them, key=lambda one: (one.sure, one.weight), default=None)
            if best is not None:
                found.append(_differing(claim, passage, best))
    return found


def _differing(claim: Claim, passage: Passage, difference: Difference) -> Finding:
    written = difference.sure and passage.role is not Role.HYPOTHETICAL
    score = 96 if written else 88 if difference.special else min(84, 45 + 2.5 * difference.weight)
    reasons = (f"names another figure: {difference.told}", ROLE_WORDS.get(passage.role, ""))
    return finding(
        claim, passage, Stance.CONTRADICTS, score, reasons, written=written, measure=difference.told
    )  # fmt: skip


def by_schedule(bench: Bench, batch: Sequence[Passage], wanted: Sequence[Claim]) -> list[Finding]:
    """The schedule's length against each claim that says how long the plan takes.

    Longer by a fifth is written where the claim is about the timeline; shorter than half is a candidate.
    """
    schedule = bench.schedule
    if schedule is None or not any(passage.id == schedule.passage.id for passage in batch):
        return []
    found = []
    for claim in wanted:
        span = claimed_span(claim)
        if span is None or span.days / 2 <= schedule.days <= LONGER * span.days:
            continue
        measure = told(schedule, span)
        longer = schedule.days > span.days and span.sure
        reasons = (f"names another duration: {measure}", "arithmetic on the schedule's first start and last end")
        found.append(
            finding(
                claim,
                schedule.passage,
                Stance.CONTRADICTS,
                98 if longer else 70,
                reasons,
                written=longer,
                measure=measure,
                quotes=schedule.quotes,
            )
        )
    return found
