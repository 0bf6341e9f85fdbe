"""Agreement: how often the arbiter's word on a proposal was the person's too, and what follows where it is not. Pure.

Two sides count: proposals that were shown and decided, and filtered ones that a person was shown once a week ("I would
have dropped this. Right?"). Undecided debates said nothing, so they do not count.

Source: issue 5 (Measuring itself, Debating).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

Z95 = 1.959964
OVER = 50
"""Cases that say whether the debate may filter; with fewer it may."""
CHANCE = 0.5
FELL = 0.20
"""Below the 50 before by this much is an alarm."""
CRITIC_OVER = 30
PASSES = frozenset({"strong", "weak"})


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95 % interval (Wilson's) of a share; `total` is not 0."""
    ratio, square = count / total, Z95 * Z95
    middle = (ratio + square / (2 * total)) / (1 + square / total)
    half = Z95 * sqrt(ratio * (1 - ratio) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Judged:
    """One proposal on which both gave their word: whether the arbiter let it pass, whether the person wanted it."""

    at: datetime
    passed: bool
    wanted: bool

    @classmethod
    def decided(cls, row: Mapping[str, Any]) -> Judged:
        """Read one row of `metrics/judged`."""
        return cls(row["at"], row["said"] in PASSES, row["outcome"] == "approved")

    @classmethod
    def sampled(cls, row: Mapping[str, Any]) -> Judged:
        """Read one row of `metrics/samples_answered`: the debate had filtered it."""
        return cls(row["at"], False, row["answer"] != "right")

    @property
    def agrees(self) -> bool:
        """Whether they said the same."""
        return self.passed == self.wanted


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of `total` both saw alike."""

    count: int
    total: int

    @classmethod
    def over(cls, judged: Sequence[Judged]) -> Agreement | None:
        """Count; None where there is nothing to count."""
        return cls(sum(one.agrees for one in judged), len(judged)) if judged else None

    @property
    def ratio(self) -> float:
        """The share."""
        return self.count / self.total

    @property
    def is_better_than_chance(self) -> bool:
        """Whether the whole interval lies above a coin's."""
        return wilson(self.count, self.total)[0] > CHANCE


def unreliable(judged: Sequence[Judged]) -> Agreement | None:
    """The agreement over the last 50 where it may be chance: then the debate filters nothing. The last come first."""
    last = Agreement.over(judged[:OVER])
    return last if last and last.total == OVER and not last.is_better_than_chance else None


def alarms(judged: Sequence[Judged], critic: Sequence[bool]) -> dict[str, str]:
    """What is wrong with the judging, by kind of alarm, in words with the numbers; the last come first in both.

    `critic` says whether it would have rejected.
    """
    found: dict[str, str] = {}
    chance = unreliable(judged)
    if chance:
        found["agreement_chance"] = (
            f"checks and you agreed on {chance.count} of the last {OVER} proposals, which may be chance: "
            "what fails them is shown to you, flagged, until they do better"
        )
    last, before = Agreement.over(judged[:OVER]), Agreement.over(judged[OVER : 2 * OVER])
    if last and before and before.total == OVER and last.ratio <= before.ratio - FELL:
        found["agreement_fell"] = (
            f"checks and you agreed on {last.count} of the last {OVER} proposals, "
            f"after {before.count} of the {OVER} before"
        )
    fails = critic[:CRITIC_OVER]
    if len(fails) == CRITIC_OVER and len(set(fails)) == 1:
        kind, word = ("critic_always", "all") if fails[0] else ("critic_never", "none")
        found[kind] = f"the critic would have rejected {word} of the last {CRITIC_OVER} proposals it looked at"
    return found
