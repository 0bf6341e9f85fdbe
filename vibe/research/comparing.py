"""Comparing figures: the same quantity, in the same unit, with another value. Needs no stance.

Two figures are of one quantity where their measure and unit agree and their clauses share telling words; a change
("an increase of 10 %") is never compared with a level ("10 % of the budget").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vibe.research.figures import Figure, Measure
from vibe.research.stemming import stem
from vibe.research.words import Lexicon

LEAST_SHARED = 3.5
"""Weight of the words that two figures' clauses must share to be one quantity."""
SURE_SHARED = 3.5
"""From here on (and with the times compared) a difference of counts is sure enough to be written."""
_TELLING = 2.5
_LEAST_DIFFERENCE = 0.1
_MOST_RATIO = 40.0


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


_KIN = tuple(
    _stems(group)
    for group in (
        "bed beds suite suites room rooms",
        "participant participants patient patients subject subjects volunteer volunteers",
        "staff personnel employee employees worker workers people person members fte workforce staffing",
        "user users customer customers citizen citizens",
        "compensation payment reimbursement stipend",
        "suites units apartments",
    )
)
_CHANGE = _stems(
    "increase decrease reduction reduce delay overrun rise drop decline growth loss exceed cut more less additional "
    "extend higher lower"
)
_OVERRUN = _stems("overrun overruns exceed escalation")
_RESERVE = _stems("contingency contingencies reserve reserves buffer")


@dataclass(frozen=True, slots=True)
class Difference:
    """Two figures that should agree and don't.

    `sure`: the quantity is the same beyond doubt (unit, words and time). `weight`: of the words that make them one
    quantity. `told`: the arithmetic in words. `subject`: the stems it is about: what is counted, else the words that
    both clauses share.
    """

    claimed: Figure
    found: Figure
    weight: float
    sure: bool
    told: str
    special: str = ""
    subject: frozenset[str] = frozenset()


def differences(claimed: Iterable[Figure], found: Iterable[Figure], lexicon: Lexicon) -> Iterator[Difference]:
    """Every pair of figures of one quantity with other values."""
    others = list(found)
    for one in claimed:
        for other in others:
            difference = _reserve_against_overrun(one, other) or _difference(one, other, lexicon)
            if difference is not None:
                yield difference


def agree(claimed: Iterable[Figure], found: Iterable[Figure]) -> list[str]:
    """The figures that both name, as the second writes them."""
    keys = {figure.key for figure in claimed}
    return [figure.text for figure in found if figure.key in keys]


def kin(one: str, other: str) -> bool:
    """Whether two stems name the same kind of thing ("bed" and "suite")."""
    return one == other or any(one in group and other in group for group in _KIN)


def amount(figure: Figure) -> str:
    """Write a figure as its text has it, with what it counts."""
    text = figure.text.strip(" .,")
    if figure.measure is Measure.COUNT:
        return f"{text} {figure.unit}"
    return f"{text} per {figure.per}" if figure.per else text


def _reserve_against_overrun(one: Figure, other: Figure) -> Difference | None:
    """A contingency is contradicted by an expected overrun that uses it up."""
    if one.measure is not other.measure or one.unit != other.unit or one.measure not in {Measure.SHARE, Measure.MONEY}:
        return None
    if not (one.about & _RESERVE and other.about & _OVERRUN) or other.high <= one.low:
        return None
    whole = "uses it up whole" if other.low >= one.low else "can use it up whole"
    told = f"an overrun of {other.text.strip()} {whole}: the contingency is {one.text.strip()}"
    return Difference(one, other, 2 * SURE_SHARED, False, told, special="contingency")


def _difference(one: Figure, other: Figure, lexicon: Lexicon) -> Difference | None:
    if one.measure is not other.measure or one.per != other.per or not _differs(one, other):
        return None
    if one.measure is Measure.COUNT and not kin(one.unit, other.unit):
        return None
    if one.measure is not Measure.COUNT and one.unit != other.unit:
        return None
    if bool(one.about & _CHANGE) != bool(other.about & _CHANGE):
        return None
    shared = _shared(one, other)
    weight = lexicon.weigh(shared)
    telling = len(lexicon.telling(shared, _TELLING)) + bool(one.per)
    enough = weight > 0 if one.measure is Measure.COUNT else weight >= LEAST_SHARED and telling >= 2
    if not enough or not _times_fit(one, other):
        return None
    timed = one.until_months is not None and other.until_months is not None
    sure = one.measure is Measure.COUNT and one.unit == other.unit and timed and weight >= SURE_SHARED
    subject = {one.unit, other.unit} if one.measure is Measure.COUNT else lexicon.telling(shared, _TELLING)
    return Difference(one, other, weight, sure, _told(one, other), subject=frozenset(subject))


def _differs(one: Figure, other: Figure) -> bool:
    """Whether ranges lie apart by more than a tenth, yet could be one thing; a bound reaches on."""
    if one.measure is not Measure.TIME and "most" in {one.bound, other.bound}:
        return False
    if (other.bound == "most" and one.high <= other.high) or (other.bound == "least" and one.low >= other.low):
        return False
    apart = max(other.low - one.high, one.low - other.high)
    size = max(abs(one.low), abs(other.low))
    smallest = min(value for value in (one.high, other.high))
    return apart > _LEAST_DIFFERENCE * size and (smallest == 0 or max(one.high, other.high) / smallest <= _MOST_RATIO)


def _times_fit(one: Figure, other: Figure) -> bool:
    """Figures that hold for different times don't differ, unless the earlier one is already beyond the later one's."""
    if one.until_months is None or other.until_months is None:
        return one.until_months is other.until_months or one.measure is not Measure.COUNT
    if one.until_months == other.until_months:
        return True
    early, late = (one, other) if one.until_months < other.until_months else (other, one)
    return early.low > late.high and early.bound != "most"


def _shared(one: Figure, other: Figure) -> set[str]:
    shared = {word for word in one.about if any(kin(word, another) for another in other.about)}
    return shared - _CHANGE - ({one.unit, other.unit} if one.measure is Measure.COUNT else set())


def _told(one: Figure, other: Figure) -> str:
    if one.measure is Measure.TIME:
        return f"{other.text.strip()} against {one.text.strip()}"
    when = f" by month {other.until_months:g}" if other.until_months and one.until_months != other.until_months else ""
    return f"{amount(other)}{when} against {amount(one)}"
