"""Figures: the amounts, durations, shares and counts that a text names, read so that they can be compared.

Only what a text says of itself is read: years such as 2026, numbered things ("Risk 3", "Year 2", "Aim 1") and list
numbers are no figures; "Year 2" and "Month 6" are kept as the time a figure holds for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from vibe.research.stemming import stem
from vibe.research.words import STOP, stems


class Measure(StrEnum):
    """What is measured; only figures of one measure and unit can be compared."""

    MONEY = "money"
    TIME = "time"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `low`..`high` (equal where it is one value) of a unit.

    `unit`: a currency code, "days", "%", or the stem of what is counted. `about`: stems of the words of its clause.
    `per`: stem of what it is per ("night"), if so. `until_months`: the latest month it holds for, where the clause
    says ("Month 6", "Year 1"). `bound`: "least" or "most" where it is one. `start`, `end`: offsets in the text.
    """

    measure: Measure
    unit: str
    low: float
    high: float
    text: str
    start: int
    end: int
    about: frozenset[str] = frozenset()
    per: str = ""
    until_months: float | None = None
    bound: str = ""

    @property
    def key(self) -> str:
        """The same figure elsewhere has the same key."""
        return f"{self.low:g}-{self.high:g} {self.unit}"


_SMALL = {
    name: value
    for value, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\b(?:" + "|".join(_SMALL) + r")\b"
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "kr": "DKK"}
_CODES = "USD|EUR|GBP|DKK|SEK|NOK|CHF|JPY|INR|AUD|CAD|CNY|NZD|BRL|PLN|CZK|euros?|dollars?|kroner?|pounds?"
_CODE_OF = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "kroner": "DKK",
    "krone": "DKK",
    "pound": "GBP",
    "pounds": "GBP",
}
_SCALES = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "bn": 1e9,
    "b": 1e9,
    "billion": 1e9,
    "trillion": 1e12,
}
_SCALE = r"(?:\s?(?:thousand|million|billion|trillion|mn|bn)\b|[kKmMB]\b)"
_DAYS = {
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 365.25 / 12,
    "quarter": 365.25 / 4,
    "year": 365.25,
    "decade": 3652.5,
}
_FIGURE = re.compile(
    rf"(?P<symbol>[$€£¥₹]|\b(?:{_CODES})\s)?\s?(?P<low>{_NUMBER})(?P<scale1>{_SCALE})?"
    rf"(?:\s?(?:-|–|—|to)\s?[$€£¥₹]?(?P<high>{_NUMBER})(?P<scale2>{_SCALE})?)?"
    r"(?:\s?(?P<percent>%|percent\b|per cent\b)|[\s-]?(?P<time>hour|day|week|month|quarter|year|decade)s?\b"
    rf"|\s?(?P<code>{_CODES})\b)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\b(?:risk|issue|aim|phase|step|decision|question|assumption|option|lever|section|table|figure|tier|level|stage|"
    r"version|article|part|milestone|suggestion|location|day|week|month|year|quarter|task|item|no|number|iso|covid|act|"
    r"schedule|chapter|page|line|rule|gate|tls|sha|type|class|grade|category|priority|appendix|annex|wave|round|"
    r"scenario|goal|objective|sprint|work ?package|wp)s?\.?|[#Q§/])\s?$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?P<unit>month|year|quarter|week)\s+(?P<number>\d{1,3}|one|two|three|four|five)\b", re.IGNORECASE
)
_AFTER = re.compile(
    r"\b(?:at|after|by|until|within)\s+(?P<number>\d{1,3})\s(?P<unit>month|year|quarter|week)s?\b", re.IGNORECASE
)
_MONTHS = {"week": 12 / 52, "month": 1.0, "quarter": 3.0, "year": 12.0}
_BASELINE = re.compile(r"\(\s*(?:current |present )?baseline(?: cost)?:[^()]*$", re.IGNORECASE)
_CHANGED = re.compile(r"\b(?:in|de)creas\w+\b|\breduc\w+\b", re.IGNORECASE)
_LEAST = re.compile(
    r"(?:at least|minimum of|no (?:less|fewer) than|more than|exceed(?:s|ing)?|>=?|≥|up from)\s*[$€£]?$", re.IGNORECASE
)
_MOST = re.compile(
    r"(?:at most|maximum of|no more than|less than|fewer than|under|below|up to|within|cap(?:ped)? (?:at|of)|<=?|≤)"
    r"\s*[$€£]?$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r",(?!\d)|[;:()]|\.\s|\s[-–—]\s|\b(?:and|while|but|whereas)\b")
_PER = re.compile(r"^\s*(?:USD|EUR)?\s*(?:per|/|a|each)[\s-]+(?:[\w]+-)?([a-z]+)", re.IGNORECASE)
_PER_BEFORE = re.compile(r"\bper[\s-]([a-z]+)\b", re.IGNORECASE)
_NOUN = re.compile(r"\s?(-?)([A-Za-z][A-Za-z'’]+)")
_UNIT_WORDS = frozenset(
    stem(word)
    for word in (
        "year years month months week day days hour hours percent million billion usd eur dkk euro euros dollars "
        "baseline assume"
    ).split()
) | frozenset(_SMALL)
_MOST_NOUN_WORDS = 4


@lru_cache(maxsize=32768)
def read_figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text, in order."""
    found = []
    for match in _FIGURE.finditer(text):
        figure = _figure(text, match)
        if figure is not None:
            found.append(figure)
    return tuple(found)


def years(days: float) -> str:
    """Write days as years, one decimal where it is not whole: "37.6 years"."""
    count = days / _DAYS["year"]
    shown = f"{count:.1f}".removesuffix(".0")
    return f"{shown} {'year' if shown == '1' else 'years'}"


def _figure(text: str, match: re.Match[str]) -> Figure | None:
    before, after = text[: match.start("low")], text[match.end() :]
    if not match["symbol"] and _no_figure(match, before, after):
        return None
    low = _value(match["low"])
    high = _value(match["high"]) if match["high"] else low
    if low is None or high is None:
        return None
    scale2 = match["scale2"] or match["scale1"]
    scale1 = match["scale1"] or (match["scale2"] if match["high"] else None)
    low, high = low * _scale(scale1), high * _scale(scale2 if match["high"] else scale1)
    kind = _kind(match, after)
    if kind is None or high < low:
        return None
    measure, unit, factor = kind
    clause_start, clause_end = _clause(text, match.start(), match.end())
    clause = text[clause_start:clause_end]
    baseline = _BASELINE.search(text, 0, match.start())
    if baseline is not None:
        clause = text[_clause(text, baseline.start(), baseline.start())[0] : baseline.start()] + " " + clause
        clause = _CHANGED.sub(" ", clause)
    per = _PER.match(after) or (_PER_BEFORE.search(clause) if measure is Measure.MONEY else None)
    return Figure(
        measure, unit, low * factor, high * factor, match.group().strip(), match.start(), match.end(),
        about=frozenset(word for word in stems(clause) if not word[0].isdigit() and word not in _UNIT_WORDS),
        per=stem(per[1].lower()) if per else "",
        until_months=_until(text, match.start()),
        bound="least" if _LEAST.search(before) else "most" if _MOST.search(before) else "",
    )  # fmt: skip


def _no_figure(match: re.Match[str], before: str, after: str) -> bool:
    """Whether a number is part of a name, a date, a version or an enumeration."""
    if match["percent"] or match["time"] or match["code"]:
        return before[-1:].isalnum() or bool(_NUMBERED.search(before) and match["time"] is None)
    year = re.fullmatch(r"(?:19|20)\d\d", match["low"]) is not None and not match["scale1"]
    joined = re.search(r"[\w\-/.:_#]$", before) or re.match(r"[/_]|[-–]\d|[.:]\d|\)", after)
    return year or bool(joined) or bool(_NUMBERED.search(before))


def _value(text: str) -> float | None:
    lowered = text.lower()
    return float(_SMALL[lowered]) if lowered in _SMALL else float(text.replace(",", ""))


def _scale(text: str | None) -> float:
    return _SCALES[text.strip().lower()] if text else 1.0


def _kind(match: re.Match[str], after: str) -> tuple[Measure, str, float] | None:
    if match["percent"]:
        return Measure.SHARE, "%", 1.0
    currency = (match["symbol"] or match["code"] or "").strip()
    if currency:
        return Measure.MONEY, _SYMBOLS.get(currency, _CODE_OF.get(currency.lower(), currency.upper())), 1.0
    if match["time"]:
        return Measure.TIME, "days", _DAYS[match["time"].lower()]
    counted = counted_noun(after)
    return (Measure.COUNT, counted, 1.0) if counted else None


def counted_noun(after: str) -> str:
    """The stem of what a number counts.

    The last word of the noun phrase behind it ("8 active sleep suites"), or the word joined to it ("4-bed").
    """
    position, last = 0, ""
    for index in range(_MOST_NOUN_WORDS):
        match = _NOUN.match(after, position)
        if match is None or match[2].lower() in STOP or (match[1] and index):
            break
        last, position = match[2].lower(), match.end()
        if match[1] or (last.endswith("s") and not last.endswith("ss")) or last in {"personnel", "staff", "people"}:
            break
    return stem(last) if last else ""


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    cuts = [(match.start(), match.end()) for match in _CLAUSE.finditer(text)]
    first = max((b for _, b in cuts if b <= start), default=0)
    last = min((a for a, _ in cuts if a >= end), default=len(text))
    return first, last


def _until(text: str, start: int) -> float | None:
    """The time named last before the figure in its sentence."""
    found = [match for pattern in (_UNTIL, _AFTER) for match in pattern.finditer(text) if match.end() <= start]
    found.sort(key=lambda match: match.start())
    if not found:
        return None
    number = found[-1]["number"].lower()
    return (_SMALL.get(number) or float(number)) * _MONTHS[found[-1]["unit"].lower()]
