"""Judging: does a passage speak about a claim, and does it judge it?

Pure: words, cues and roles only; figures are compared in `comparing`. The judge knows all claims of a plan, because
what several of them say tells nothing, and because a passage is written only for the claim that it fits best.

Source: EVIDENCE.md section 5 (its third set of rules).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from vibe.domain.research import Claim, Passage, Role
from vibe.research.cues import Cue, conceded, cues, leans_back
from vibe.research.figures import read_figures
from vibe.research.words import Lexicon, is_plan_speak, stems, words

NEAR_CHARS = 90
"""A cue must stand this close to the claim's own words."""
HEADING_SHARE = 0.35
TOPIC_SHARE = 0.5
"""Words of the question that an assumption answers count half: the claim itself may not use them."""
FIGURE_WEIGHT = 5.0
"""What it tells that both name the same figure ("15 years")."""
PHRASE_WEIGHT = 1.5
"""What it tells that two telling words stand side by side in both ("outside world")."""
NAMED_WEIGHT = 8.0
"""What it tells that a decision's whole title stands beside the cue."""
_PHRASE = 5.0
_SHARED_BY_CLAIMS = 0.5
_FEW_CLAIMS = 4
_TELLING = 2.5
_SIDE_BY_SIDE_CHARS = 2
_ASIDE = re.compile(r"\([^()]{3,}\)")
MISSING = Cue("missing information", 0, 0, "absent")


@dataclass(frozen=True, slots=True)
class Subject:
    """A claim made ready: what each of its stems weighs, the stems of its title, the figures it names."""

    claim: Claim
    weights: Mapping[str, float]
    title: frozenset[str]
    figures: frozenset[str]
    phrases: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a passage shares with a claim.

    `weight` decides; `shared` are the stems by weight; `near` those beside the cue; `figures` what both name;
    `likeness` is the share of the passage's own telling words that the claim has too (1 = it says nothing else);
    `phrases` are pairs of telling words that stand side by side in both; `named`: the decision's whole title stands
    beside the cue.
    """

    weight: float = 0.0
    shared: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    phrases: tuple[tuple[str, str], ...] = ()
    title_count: int = 0
    named: bool = False
    likeness: float = 0.0
    cue: Cue | None = None
    with_before: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


class Judge:
    """Sets passages against claims; holds the weights of one plan."""

    def __init__(self, claims: Sequence[Claim], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        said = {claim.id: _stems_of(claim) for claim in claims}
        counts = {kind: Counter[str]() for kind in {claim.kind for claim in claims}}
        totals = Counter(claim.kind for claim in claims)
        for claim in claims:
            counts[claim.kind].update(said[claim.id])
        self.subjects = {claim.id: self._subject(claim, counts[claim.kind], totals[claim.kind]) for claim in claims}

    def overlap(self, claim: Claim, passage: Passage) -> Overlap:
        """Measure what a passage shares with one of the claims."""
        subject = self.subjects[claim.id]
        cue_list = cues_of(passage)
        text, shift = _with_before(passage)
        here = {word.stem for word in words(text)}
        shared = sorted(
            (stem for stem in here & subject.weights.keys()), key=lambda stem: (-subject.weights[stem], stem)
        )
        figures = tuple(sorted(subject.figures & {figure.key for figure in read_figures(text)}))
        if not shared and not figures:
            return Overlap()
        headed = stems(" ".join(passage.headings)) & subject.weights.keys() - set(shared)
        weight = sum(subject.weights[stem] for stem in shared) + FIGURE_WEIGHT * len(figures)
        weight += HEADING_SHARE * sum(subject.weights[stem] for stem in headed)
        phrases = tuple(sorted(subject.phrases & pairs_of(text)))
        weight += PHRASE_WEIGHT * len(phrases)
        cue, near = self._nearest(subject, text, shift, cue_list)
        named = cue is not None and _names(claim, text, cue, shift)
        weight += NAMED_WEIGHT if named else 0.0
        own = self.lexicon.weigh(here)
        return Overlap(
            weight=weight,
            shared=tuple(shared),
            near=near,
            figures=figures,
            phrases=phrases,
            title_count=len(subject.title & here),
            named=named,
            likeness=self.lexicon.weigh(shared) / own if own else 0.0,
            cue=cue,
            with_before=shift > 0,
            words={word.stem: text[word.start : word.end] for word in reversed(words(text))},
        )

    def _subject(self, claim: Claim, counts: Counter[str], total: int) -> Subject:
        def weight(stem: str) -> float:
            worn = total >= _FEW_CLAIMS and counts[stem] > _SHARED_BY_CLAIMS * total
            return 0.0 if worn else self.lexicon.weight(stem)

        own = stems(claim.text) | (stems(claim.topic) if claim.kind == "Decision" else frozenset())
        weights = {stem: weight(stem) for stem in own}
        for stem in stems(claim.topic) - own:
            weights[stem] = TOPIC_SHARE * weight(stem)
        kept = {stem: value for stem, value in weights.items() if value > 0 and not stem[0].isdigit()}
        figures = frozenset(figure.key for figure in read_figures(claim.text))
        title = telling_title(claim.topic) if claim.kind == "Decision" else frozenset[str]()
        phrases = frozenset(
            pair
            for pair in pairs_of(claim.text)
            if all(kept.get(stem, 0.0) > 0 for stem in pair) and sum(kept[stem] for stem in pair) >= _PHRASE
        )
        return Subject(claim, kept, title, figures, phrases)

    def _nearest(
        self, subject: Subject, text: str, shift: int, cue_list: Iterable[Cue]
    ) -> tuple[Cue | None, tuple[str, ...]]:
        """The cue with the weightiest words of the claim beside it, and these words.

        Where the sentence leans on the one before, that one is beside.
        """
        best: tuple[float, Cue | None, tuple[str, ...]] = (-1.0, None, ())
        for cue in cue_list:
            start, end = cue.start + shift - NEAR_CHARS, cue.end + shift + NEAR_CHARS
            if cue.takes_object and conceded(text[shift : shift + cue.start]):
                start = cue.end + shift
            beside = {
                word.stem
                for word in words(text)
                if subject.weights.get(word.stem, 0.0) >= _TELLING
                and (word.end <= min(shift, start) or start <= word.start <= end)
                and not (cue.start + shift <= word.start < cue.end + shift)
            }  # fmt: skip
            weight = sum(subject.weights[stem] for stem in beside)
            if weight > best[0]:
                best = (weight, cue, tuple(sorted(beside, key=lambda stem: (-subject.weights[stem], stem))))
        return best[1], best[2]


def telling_title(title: str) -> frozenset[str]:
    """The stems of a title without what every plan is written with ("strategy"), unless nothing else is left."""
    return frozenset(stem for stem in stems(title) if not is_plan_speak(stem)) or stems(title)


def pairs_of(text: str) -> frozenset[tuple[str, str]]:
    """Pairs of words that stand side by side (stop words between them don't count)."""
    found = words(text)
    return frozenset(
        (one.stem, other.stem) for one, other in pairwise(found) if other.start - one.end <= _SIDE_BY_SIDE_CHARS
    )


def _names(claim: Claim, text: str, cue: Cue, shift: int) -> bool:
    title = claim.topic.lower()
    if claim.kind != "Decision" or len(title.split()) < 2:
        return False
    at = text.lower().find(title)
    return at >= 0 and at - NEAR_CHARS <= cue.start + shift and cue.start + shift <= at + len(title) + NEAR_CHARS


def cues_of(passage: Passage) -> tuple[Cue, ...]:
    """The passage's cues; an item under "Missing information" is judged missing by its heading."""
    found = cues(passage.plain)
    if (
        not found
        and passage.role is Role.JUDGING
        and passage.headings[-1:]
        and passage.headings[-1].lower().startswith("missing info")
    ):
        return (MISSING,)
    return found


def leans(passage: Passage) -> bool:
    """Whether a passage judges and can't be understood without the sentence before.

    Where that one judges already, this one only goes on about it and stands alone.
    """
    before = passage.before
    return before is not None and leans_back(passage.plain) and bool(cues_of(passage)) and not cues_of(before)


def _with_before(passage: Passage) -> tuple[str, int]:
    """The text to judge, and where the passage itself begins in it.

    What stands in brackets without a figure is only an example of the subject and is blanked out.
    """
    own = _ASIDE.sub(_blank, passage.plain)
    if passage.before is None or not leans(passage):
        return own, 0
    before = _ASIDE.sub(_blank, passage.before.plain)
    return f"{before} {own}", len(before) + 1


def _blank(match: re.Match[str]) -> str:
    return match.group() if any(letter.isdigit() for letter in match.group()) else " " * len(match.group())


def _stems_of(claim: Claim) -> frozenset[str]:
    return stems(claim.text) | stems(claim.topic)
