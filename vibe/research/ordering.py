"""What the plan's order tells: what the prompt forbids or measures otherwise than the plan. Candidates only.

Two passages disagree here, neither of them a claim; they are shown at the claims that they concern.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vibe.domain.research import Claim, Finding, Passage, Role, Stance
from vibe.research.bench import LEAST_WEIGHT, Bench, stated_figures
from vibe.research.comparing import differences, kin
from vibe.research.figures import read_figures
from vibe.research.findings import finding
from vibe.research.prohibitions import offends
from vibe.research.roles import file_kind
from vibe.research.words import stems, words

_OFFENDING_WEIGHT = 7.0
_ALONE = 6.0
_LEAST_CONCERNED = 3.5
_MOST_SCORE = 90
_RULES = ("tripwire", "stop rule", "warning", "trigger")


@dataclass(frozen=True, slots=True)
class _Disagreement:
    """A passage of the plan against one of its order: why, by which arithmetic, about what (stems), how grave."""

    passage: Passage
    ordered: Passage
    reason: str
    subject: frozenset[str]
    score: float
    measure: str = ""


def by_order(bench: Bench, passage: Passage, wanted: Sequence[Claim]) -> list[Finding]:
    """Findings at the claims that a disagreement between this passage and the prompt concerns."""
    ids = frozenset(claim.id for claim in wanted)
    found = [one for claim in wanted for one in _forbidden_claim(bench, passage, claim)]
    for disagreement in (*_offences(bench, passage), *_other_figures(bench, passage)):
        found += _attached(bench, disagreement, ids)
    return found


def _forbidden_claim(bench: Bench, passage: Passage, claim: Claim) -> list[Finding]:
    """The claim itself does what this sentence of the prompt forbids."""
    found = []
    for prohibition in bench.prohibitions:
        weight = offends(prohibition, claim.text, bench.lexicon, alone=_ALONE)
        if passage.id == prohibition.passage.id and weight >= LEAST_WEIGHT:
            both = _written(prohibition.forbidden & stems(claim.text), claim.text)
            reasons = ("the plan's order forbids this", f"both name {both}")
            found.append(finding(claim, passage, Stance.CONTRADICTS, min(_MOST_SCORE, 60 + 2 * weight), reasons))
    return found


def _offences(bench: Bench, passage: Passage) -> list[_Disagreement]:
    if not _does(passage):
        return []
    found = []
    for prohibition in bench.prohibitions:
        weight = offends(prohibition, passage.plain, bench.lexicon)
        if weight >= _OFFENDING_WEIGHT:
            ordered = prohibition.passage
            reason = f"does what the plan's order forbids ({ordered.file}:{ordered.line})"
            found.append(_Disagreement(passage, ordered, reason, prohibition.forbidden, 50 + 2 * weight))
    return found


def _does(passage: Passage) -> bool:
    """Whether a passage is the plan doing something: then it can do what is forbidden.

    A failure story is not, a stop rule is.
    """
    if file_kind(passage.file) in {"wbs", "related_resources"} or passage.role in {
        Role.PROMPT,
        Role.RISK,
        Role.JUDGING,
    }:
        return False
    label = passage.headings[-1].lower() if passage.headings else ""
    return passage.role is not Role.HYPOTHETICAL or any(word in label for word in _RULES)


def _other_figures(bench: Bench, passage: Passage) -> list[_Disagreement]:
    stated = stated_figures(passage)
    if passage.role is Role.PROMPT or not stated:
        return []
    found = []
    for ordered in bench.prompt:
        all_of_them = differences(read_figures(ordered.plain), stated, bench.lexicon)
        best = max(all_of_them, key=lambda one: one.weight, default=None)
        if best is not None and best.weight >= LEAST_WEIGHT:
            reason = f"differs from the plan's order ({ordered.file}:{ordered.line}): {best.told}"
            score = 60 + 1.5 * best.weight
            found.append(_Disagreement(passage, ordered, reason, best.subject, score, best.told))
    return found


def _attached(bench: Bench, disagreement: _Disagreement, wanted: frozenset[str]) -> list[Finding]:
    """Show a disagreement at the claims it concerns most, one of each kind; they must name its subject."""
    passage = disagreement.passage
    pairs = sorted(bench.pairs(passage), key=lambda pair: (-pair.overlap.weight, pair.claim.id))
    kinds, found = set[str](), []
    for pair in pairs:
        concerned = any(kin(one, word) for one in disagreement.subject for word in bench.words_of(pair.claim))
        near = concerned and pair.overlap.weight >= _LEAST_CONCERNED
        if pair.claim.kind in kinds or not near or bench.is_own(pair.claim, passage):
            continue
        kinds.add(pair.claim.kind)
        if pair.claim.id in wanted:
            both = ", ".join(pair.overlap.words.get(stem, stem) for stem in pair.overlap.shared[:3])
            found.append(
                finding(
                    pair.claim,
                    passage,
                    Stance.CONTRADICTS,
                    min(_MOST_SCORE, disagreement.score),
                    (disagreement.reason, f"concerns this: both name {both}"),
                    measure=disagreement.measure,
                    quotes=(*passage.quotes, *disagreement.ordered.quotes),
                )
            )
    return found


def _written(stems_: frozenset[str], text: str) -> str:
    """Name stems as the text writes them."""
    return ", ".join(dict.fromkeys(text[word.start : word.end] for word in words(text) if word.stem in stems_))
