"""Schedules: from the first start to the last end, against the time a plan claims to take.

Arithmetic, so there is no stance to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vibe.domain.research import Claim, Passage, Quote, Role
from vibe.research.figures import Figure, Measure, read_figures, years
from vibe.research.stemming import stem
from vibe.research.words import stems

_DATE = re.compile(r"\b(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4}))\b")
_YEAR_N = re.compile(r"\byears?\s+(\d{1,2})(?:\s?(?:-|–|to|and)\s?(\d{1,2}))?\b", re.IGNORECASE)
_MONTH_N = re.compile(r"\bmonths?\s+(\d{1,3})(?:\s?(?:-|–|to|and)\s?(\d{1,3}))?\b", re.IGNORECASE)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


_TIMELINE = _stems("timeline schedule duration deadline milestone milestones")
_SAYS_TIME = _TIMELINE | _stems("complete completed completion finish finished years months")
_WHOLE = _stems("project timeline overall total schedule program programme initiative entire whole duration")
_PART = _stems("phase stage step period contingency buffer delay extension warranty maintenance permit approval pilot")
_DAYS_A_YEAR = 365.25
_LEAST_CLAIM_DAYS = 90
_FIRST_CHARS = 60
LONGER = 1.2
"""A schedule that takes a fifth longer than claimed contradicts."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a schedule spans: from the first start to the last end.

    `quotes` are the lines that say so, the end's first.
    """

    start: date
    end: date
    passage: Passage
    quotes: tuple[Quote, ...]

    @property
    def days(self) -> int:
        """How long it takes."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Span:
    """How long a claim says the plan takes: days, in its own words; `sure` where the claim is about nothing else."""

    days: float
    told: str
    sure: bool


def read_schedule(passages: Iterable[Passage]) -> Schedule | None:
    """Find the first start and the last end among a corpus's schedule rows; a row needs two dates.

    Of several schedules (files), the first is read.
    """
    rows: list[tuple[list[date], Passage]] = []
    file = ""
    for passage in passages:
        if passage.role is not Role.SCHEDULE or (file and passage.file != file):
            continue
        dates = dates_in(passage.plain)
        if len(dates) >= 2:
            rows.append((dates, passage))
            file = passage.file
    if not rows:
        return None
    start, first = min(((min(dates), passage) for dates, passage in rows), key=lambda row: (row[0], row[1].line))
    end, last = max(((max(dates), passage) for dates, passage in rows), key=lambda row: (row[0], -row[1].line))
    whole = next((passage for dates, passage in rows if min(dates) == start and max(dates) == end), None)
    if whole is not None:
        return Schedule(start, end, whole, whole.quotes)
    return Schedule(start, end, last, (*last.quotes, *first.quotes))


def dates_in(text: str) -> list[date]:
    """The dates of a text, ISO or month/day/year (day/month/year where only that can be)."""
    found = []
    for match in _DATE.finditer(text):
        if match[1]:
            parts = (int(match[1]), int(match[2]), int(match[3]))
        else:
            first, second = int(match[4]), int(match[5])
            parts = (int(match[6]), second, first) if first > 12 else (int(match[6]), first, second)
        try:
            found.append(date(*parts))
        except ValueError:
            continue
    return found


def claimed_span(claim: Claim) -> Span | None:
    """How long the plan takes as a whole, where a claim says so.

    Either as a duration of the whole (never of a phase), or as a row of numbered years ("Year 1 ... Year 3") or months.
    The claim is sure to be about that where its question or its first words are.
    """
    if not (stems(claim.text) | stems(claim.topic)) & _SAYS_TIME:
        return None
    sure = bool((stems(claim.topic) | stems(claim.text[:_FIRST_CHARS])) & _TIMELINE)
    figures = [figure for sentence in claim.sentences for figure in read_figures(sentence) if _is_whole(figure)]
    if figures:
        longest = max(figures, key=lambda figure: figure.high)
        return Span(longest.high, longest.text.strip(), sure)
    days_a_month = _DAYS_A_YEAR / 12
    years_told = _numbered(claim.text, _YEAR_N, _DAYS_A_YEAR, "year", sure=sure)
    return years_told or _numbered(claim.text, _MONTH_N, days_a_month, "month", sure=sure)


def _is_whole(figure: Figure) -> bool:
    whole = figure.measure is Measure.TIME and bool(figure.about & _WHOLE) and not figure.about & _PART
    return whole and not figure.per and figure.high >= _LEAST_CLAIM_DAYS


def _numbered(text: str, pattern: re.Pattern[str], days: float, unit: str, *, sure: bool) -> Span | None:
    numbers = {int(number) for match in pattern.finditer(text) for number in match.groups() if number}
    if len(numbers) < 2:
        return None
    last = max(numbers)
    return Span(last * days, f"{unit}s {min(numbers)} to {last}", sure)


def told(schedule: Schedule, span: Span) -> str:
    """The arithmetic in words."""
    claimed = years(span.days)
    own = f" ({span.told})" if span.told.replace("-", " ").rstrip("s") != claimed.rstrip("s") else ""
    return f"{years(schedule.days)} against {claimed}{own}: the schedule runs from {schedule.start} to {schedule.end}"
