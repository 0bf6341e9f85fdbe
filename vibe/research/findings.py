"""Findings: how they are made, what they quote, and in which order a person sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vibe.domain.identities import derived_id
from vibe.domain.research import Claim, Finding, Passage, Quote, Role, Stance
from vibe.research.judging import leans

CANDIDATES = 12
"""So many candidates a claim are kept."""
ROLE_WORDS = {
    Role.JUDGING: "a reviewer judges here",
    Role.RISK: "a risk is named here",
    Role.STATEMENT: "it is stated here",
    Role.PROMPT: "the plan was ordered with this",
    Role.INTENTION: "it is intended here",
    Role.HYPOTHETICAL: "it is supposed here",
}


def finding(
    claim: Claim,
    passage: Passage,
    stance: Stance,
    score: float,
    reasons: Iterable[str],
    *,
    written: bool = False,
    measure: str = "",
    quotes: tuple[Quote, ...] = (),
) -> Finding:
    """Make one; the id follows from claim, passage and arithmetic, so finding it again is finding the same."""
    return Finding(
        id=derived_id(claim.id, passage.id, measure),
        claim_id=claim.id,
        stance=stance,
        written=written,
        score=max(0, min(100, round(score))),
        passage=passage,
        quotes=quotes or quotes_of(passage),
        reasons=tuple(reason for reason in reasons if reason),
        measure=measure,
    )


def quotes_of(passage: Passage) -> tuple[Quote, ...]:
    """What to quote: the passage, and the sentence before where it opens with "This".

    Two sentences that follow each other on one line are one quote; on different lines each keeps its own.
    """
    before = passage.before
    if before is None or not leans(passage):
        return passage.quotes
    if passage.joint:
        return (replace(passage.quotes[0], text=passage.joint),)
    return (*passage.quotes, *before.quotes)


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Put one claim's findings in order: written first, then by score; one a passage, the tail cut off."""
    best: dict[str, Finding] = {}
    for one in sorted(findings, key=_order):
        best.setdefault(one.passage.id, one)
    ordered = sorted(best.values(), key=_order)
    rest = [one for one in ordered if not one.written and one.stance is not Stance.REPEATS]
    return [one for one in ordered if one.written] + rest[:CANDIDATES]


def _order(one: Finding) -> tuple[object, ...]:
    return (not one.written, -one.score, one.passage.file, one.passage.line, one.id)
