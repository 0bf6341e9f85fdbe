"""What words tell: a judging sentence beside a claim's own rare words is written, the rest worth a look is a candidate.

Never a support: agreement inside one plan is the plan agreeing with itself.

Source: EVIDENCE.md section 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vibe.domain.research import Claim, Finding, Origin, Passage, Role, Stance
from vibe.research.bench import LEAST_WEIGHT, Bench, Pair
from vibe.research.comparing import agree
from vibe.research.cues import names_hazard
from vibe.research.figures import read_figures
from vibe.research.findings import ROLE_WORDS, finding
from vibe.research.judging import MISSING, Overlap
from vibe.research.roles import file_kind

WRITE_WEIGHT = 12.0
"""Shared weight from which a judging sentence is written (tests/evaluation measures what that is right about)."""
WRITE_DECISION_WEIGHT = 10.0
"""The same for a decision whose title the sentence speaks of."""
BEST_SHARE = 0.85
"""A passage is written for the claim it fits best and for those that it fits nearly as well."""
_REPEATS_LIKENESS = 0.65
_ROLE_SHARE = {
    Role.JUDGING: 1.0,
    Role.RISK: 0.8,
    Role.STATEMENT: 0.6,
    Role.PROMPT: 0.6,
    Role.INTENTION: 0.35,
}
_GIVEN = re.compile(r"\(\s*baseline[^:()]*:\s*(?:0\b|[^()\d]+\))", re.IGNORECASE)


def by_words(bench: Bench, passage: Passage, wanted: frozenset[str]) -> list[Finding]:
    """Findings for the claims with the ids `wanted`; all claims of the plan are rivals for the passage."""
    if not _is_read(passage):
        return []
    near = [
        pair
        for pair in bench.pairs(passage, wanted)
        if _is_worth(pair.overlap) and not bench.is_own(pair.claim, passage)
    ]
    if not any(pair.overlap.cue and _judges(passage, pair.overlap) for pair in near):
        return [_candidate(pair) for pair in near]
    rivals = bench.pairs(passage)
    best: dict[str, float] = {}
    for rival in rivals:
        best[rival.claim.kind] = max(best.get(rival.claim.kind, 0.0), rival.overlap.weight)
    return [_judged(pair, rivals, best=pair.overlap.weight >= BEST_SHARE * best[pair.claim.kind]) for pair in near]


def says_about(bench: Bench, claim: Claim, passage: Passage) -> Stance:
    """What a passage that is no finding is beside a claim: its repetition, or another matter."""
    repeats = bench.is_own(claim, passage) or bench.judge.overlap(claim, passage).likeness >= _REPEATS_LIKENESS
    return Stance.REPEATS if repeats else Stance.BESIDE


def takes_as_given(passage: Passage) -> bool:
    """Whether a supposition says what it starts from ("baseline: strong support"): that much is a statement."""
    return passage.role is Role.HYPOTHETICAL and _GIVEN.search(passage.plain) is not None


def _is_read(passage: Passage) -> bool:
    if file_kind(passage.file) == "wbs" or (passage.role is Role.INTENTION and passage.origin is Origin.SAME_PLAN):
        return False
    return passage.role in _ROLE_SHARE or takes_as_given(passage)


def _is_worth(overlap: Overlap) -> bool:
    """Whether a passage is worth a look: it shares two words, or a figure, or names the decision."""
    shares = len(overlap.shared) >= 2 or bool(overlap.figures) or overlap.named
    return shares and overlap.weight >= LEAST_WEIGHT


def _candidate(pair: Pair, *, best: bool = True) -> Finding:
    stance = _stance(pair)
    score = min(79, 20 + 2.2 * pair.overlap.weight * _share(pair, stance))
    return finding(pair.claim, pair.passage, stance, score, _reasons(pair, best=best))


def _judged(pair: Pair, rivals: Sequence[Pair], *, best: bool) -> Finding:
    if not best or not _may_write(pair, rivals):
        return _candidate(pair, best=best)
    score = min(99, 80 + pair.overlap.weight * _share(pair, Stance.CONTRADICTS) / 2)
    reasons = _reasons(pair, best=True)
    return finding(pair.claim, pair.passage, Stance.CONTRADICTS, score, reasons, written=True)


def _may_write(pair: Pair, rivals: Sequence[Pair]) -> bool:
    """Whether a judging sentence is sure enough.

    It needs a cue with two of the claim's telling words beside it and enough shared weight. A sentence that leans on
    one which judges already adds nothing.
    """
    overlap, passage = pair.overlap, pair.passage
    if not _judges(passage, overlap) or overlap.cue is None:
        return False
    if not overlap.named and len(overlap.near) < 2:
        return False
    if pair.claim.kind == "Decision":
        return _speaks_of(
            pair, [other for other in rivals if other.claim.kind == "Decision" and other.claim.id != pair.claim.id]
        )
    return overlap.weight >= WRITE_WEIGHT


def _judges(passage: Passage, overlap: Overlap) -> bool:
    """Whether the section judges; an own document whose headings don't say counts where it names the claim's figure."""
    if passage.role is Role.JUDGING:
        return True
    return passage.origin is Origin.OWN_DOCUMENT and passage.role is Role.STATEMENT and bool(overlap.figures)


def _speaks_of(pair: Pair, others: Sequence[Pair]) -> bool:
    """Whether a passage is about this decision and no other: by its name, its title's words or a telling phrase."""
    overlap = pair.overlap
    if overlap.named:
        return overlap.weight >= WRITE_DECISION_WEIGHT
    if any(other.overlap.named for other in others):
        return False
    if overlap.title_count >= 2:
        return overlap.weight >= WRITE_DECISION_WEIGHT
    rivalled = any(other.overlap.title_count >= 2 or other.overlap.weight > overlap.weight for other in others)
    return bool(overlap.phrases) and overlap.cue is not MISSING and overlap.weight >= WRITE_WEIGHT and not rivalled


def _stance(pair: Pair) -> Stance:
    overlap = pair.overlap
    hazard = pair.passage.role in {Role.RISK, Role.JUDGING} and names_hazard(pair.passage.plain)
    if overlap.cue is not None or hazard:
        return Stance.CONTRADICTS
    return Stance.REPEATS if overlap.likeness >= _REPEATS_LIKENESS else Stance.BESIDE


def _share(pair: Pair, stance: Stance) -> float:
    """How much of the shared weight counts, by role, cue and stance."""
    if takes_as_given(pair.passage):
        return 1.0
    by_stance = 1.25 if pair.overlap.cue else 1.0 if stance is Stance.CONTRADICTS else 0.6
    return _ROLE_SHARE[pair.passage.role] * by_stance


def _reasons(pair: Pair, *, best: bool) -> tuple[str, ...]:
    overlap, passage = pair.overlap, pair.passage
    reasons = []
    if overlap.cue is not None:
        beside = _named(overlap.near[:4], overlap)
        reasons.append(f"“{overlap.cue.text}” stands beside {beside}" if beside else f"it says “{overlap.cue.text}”")
    if overlap.figures:
        text = f"{passage.before.plain if passage.before else ''} {passage.plain}"
        claimed = [figure for sentence in pair.claim.sentences for figure in read_figures(sentence)]
        reasons.append("names the same figure: " + ", ".join(dict.fromkeys(agree(claimed, read_figures(text)))))
    if overlap.shared:
        reasons.append(f"shares {_named(overlap.shared[:5], overlap)}")
    reasons.append("it takes something as given here" if takes_as_given(passage) else ROLE_WORDS[passage.role])
    if not best:
        reasons.append("fits another claim better")
    return tuple(reasons)


def _named(stems_: Iterable[str], overlap: Overlap) -> str:
    return ", ".join(overlap.words.get(stem, stem) for stem in stems_)
