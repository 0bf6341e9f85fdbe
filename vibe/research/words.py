"""Words and what they weigh: a word that few passages hold tells more than one that many hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vibe.research.stemming import stem

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][a-z]+)?", re.UNICODE)
STOP = frozenset(
    """a about above after again against all also although am an and any are as at be because been before being below
    between both but by can cannot could did do does doing down during each either else etc eg even ever every few for
    from further had has have having he her here hers him his how however i ie if in into is it its itself just least
    less let like may me might more most much must my neither no nor not of off on once one only onto or other others
    our out over own per rather same shall she should since so some such than that the their them then there these
    they this those through thus to too toward towards under until up upon us very via was we were what when where
    whether which while who whom whose why will with within without would yet you your including include includes
    included based using use used ensure ensures ensuring ensured various several well able
    first second third next last new throughout isn't aren't doesn't don't""".split()
)
"""Never asked for, never counted."""
_PLAN_SPEAK = frozenset(
    stem(word)
    for word in """plan plans specific address information measure detail detailed provide place strategy strategic
    risk manage management develop
    development implement implementation project process approach potential require requirement support system level
    clear concrete comprehensive robust identify assess assessment evaluate evaluation action activity team effective
    efficient key critical essential crucial success successful objective goal need general area work time issue
    consider propose proposed current currently impact maintain lack mechanism conduct establish necessary sufficient
    insufficient insufficiency significant important appropriate relevant challenge mitigate mitigation result
    increase decrease improve improvement enhance define determine lever high low long short term full
    additional multiple initial overall different particular practice experience role responsibility option choice
    decision assumption""".split()
)
"""What every plan is written with; sharing such a word tells little."""
_PLAN_SPEAK_SHARE = 0.4
COMMON_SHARE = 0.08
"""Stems in more than this share of the passages ("silo", "participants") tell nothing."""
MOST_WEIGHT = 7.0
_LEAST_TOTAL = 1000


def is_plan_speak(stem_: str) -> bool:
    """Whether every plan uses the word."""
    return stem_ in _PLAN_SPEAK


@dataclass(frozen=True, slots=True)
class Word:
    """One counted word of a text: its stem and where it stands (offsets into the text)."""

    stem: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def words(text: str) -> tuple[Word, ...]:
    """Read a text's words in order; "15-year" is "15" and "year"; stop words are left out."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group().lower().replace("’", "'").removesuffix("'s").replace(",", "")
        if word not in STOP and not (len(word) == 1 and word.isalpha()):
            found.append(Word(stem(word), match.start(), match.end()))
    return tuple(found)


@lru_cache(maxsize=65536)
def stems(text: str) -> frozenset[str]:
    """The set of a text's stems, stop words left out."""
    return frozenset(word.stem for word in words(text))


class Lexicon:
    """How rare each stem is in one corpus.

    Weights are natural logarithms of one over the share of passages a stem stands in, 0 for stems that are too
    common, `MOST_WEIGHT` at most; a small corpus counts as 1000 passages, so weights mean the same in each.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for text in texts:
            counts.update(stems(text))
            total += 1
        self._counts = counts
        self._total = max(total, _LEAST_TOTAL)
        self._too_common = max(COMMON_SHARE * total, 8)

    def weight(self, stem_: str) -> float:
        """What sharing this stem tells."""
        count = self._counts.get(stem_, 1)
        if count > self._too_common:
            return 0.0
        return min(MOST_WEIGHT, math.log(self._total / count)) * (_PLAN_SPEAK_SHARE if stem_ in _PLAN_SPEAK else 1.0)

    def weigh(self, stems_: Iterable[str]) -> float:
        """What sharing all these stems tells."""
        return sum(self.weight(stem_) for stem_ in stems_)

    def telling(self, stems_: Iterable[str], least: float = 0.1) -> frozenset[str]:
        """Those of the stems that weigh at least so much."""
        return frozenset(stem_ for stem_ in stems_ if self.weight(stem_) >= least)
