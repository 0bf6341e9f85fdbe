"""Likeness: whether two proposals say the same, by their words.

token_set_ratio fires on what is left of a title, so the words every proposal is written with are dropped first, and
two texts that name different numbers are never alike ("supplier 12" is not "supplier 17"). Titles of plans are
compared letter by letter. The only module that imports rapidfuzz.

Source: SPEC section 3, MODELS ("Likeness of proposal titles").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

ALIKE = 0.90
"""Suppresses silently, whichever gap it is for."""
ALIKE_SAME_GAP = 0.85
"""Enough where the gap is the same."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a proposal says, as likeness looks at it."""

    title: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What scores of one measure mean: from `suppress` on two are the same, from `show` on a person may want to know.

    `same_gap` is enough to suppress where both are about one gap.
    """

    suppress: float
    same_gap: float
    show: float


SAME_QUESTION = 0.97
"""Two gaps whose texts are this alike are answered by one search."""
LEAST_SORTED = 70
_TEMPLATE = frozenset(
    """check find out what backs back up say research evidence for whether settle against ask who provides provide
    unblock look into the a an of on to in is it by and or""".split()
)
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=20_000)
def core(text: str) -> str:
    """The words that tell one proposal from another, in order."""
    words = _WORD.findall(text.lower())
    return " ".join([word for word in words if word not in _TEMPLATE] or words)


def subject(title: str) -> str:
    """What a title is about: what it quotes, where that says something; the words around it are every title's."""
    quoted = re.search(r"“(.+)”", title)
    return quoted.group(1).rstrip("… ") if quoted and len(quoted.group(1).split()) > 1 else title


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0..1; different numbers make 0."""
    return likeness_of_cores(core(one), core(other))


def likeness_of_cores(one: str, other: str) -> float:
    """The same for texts that went through `core`."""
    if not one or not other or _numbers(one) != _numbers(other):
        return 0.0
    if fuzz.token_sort_ratio(one, other) < LEAST_SORTED:
        return 0.0  # one is only a part of the other: "Redis" and "Redis for the sessions of the shop"
    return float(fuzz.token_set_ratio(one, other)) / 100


def likenesses_of_cores(mine: str, cores: Sequence[str]) -> list[float]:
    """How alike a text is to each of many; all went through `core`."""
    near = process.extract(mine, cores, scorer=fuzz.token_sort_ratio, score_cutoff=LEAST_SORTED, limit=None)
    found, numbers = [0.0] * len(cores), _numbers(mine)
    for text, _, place in near:
        if text and _numbers(text) == numbers:
            found[place] = float(fuzz.token_set_ratio(mine, text)) / 100
    return found


@lru_cache(maxsize=20_000)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(word for word in text.split() if any(letter.isdigit() for letter in word))


def same_letters(one: str, other: str) -> float:
    """How far two texts are the same letters in the same order, 0..100."""
    return float(fuzz.ratio(one, other))


def closest(text: str, others: Mapping[str, str], least: float, limit: int) -> list[tuple[str, float, str]]:
    """The texts that are most the same letters: (text, 0..100, key), the best first, at least `least` each."""
    return process.extract(text, others, scorer=fuzz.ratio, score_cutoff=least, limit=limit)
