"""Metrics: how well the loop serves its founder, by what people decided and said. Pure.

Source: document 003 section 9, issue 5 (Measuring itself).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from vibe.domain.agreement import Agreement, Judged, wilson

AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure beside its target; None where there is nothing to count yet.

    `low` and `high` are the 95 % interval of a share (Wilson's); `of` is how many were counted.
    """

    name: str
    value: float | None
    target: str
    met: bool | None
    of: int
    low: float | None = None
    high: float | None = None

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API print it."""
        return asdict(self)


def acceptance(verdicts: Mapping[str, int]) -> Metric:
    """Approved of decided."""
    approved, total = verdicts.get("approved", 0), sum(verdicts.values())
    return _share("acceptance", approved, total, "> 0.5", lambda value: value > 0.5)


def gap_accuracy(verdicts: Mapping[str, int], marks: Mapping[str, int]) -> Metric:
    """One less the share that people called noise, of those they said anything about."""
    noise, real = marks.get("noise", 0), sum(count for mark, count in marks.items() if mark != "noise")
    total = noise + real + verdicts.get("approved", 0)
    return _share("gap accuracy", total - noise, total, "> 0.8", lambda value: value > 0.8)


def filtered_share(statuses: Mapping[str, int]) -> Metric:
    """Held back by the debate, of all that came out of it."""
    argued = sum(count for status, count in statuses.items() if status not in ("draft", "debating", "vague"))
    return _share("filtered", statuses.get("filtered", 0), argued, "> 0.3", lambda value: value > 0.3)


def answer_time_h(answers: Sequence[tuple[datetime, datetime]]) -> Metric:
    """The median from asked to answered, in hours."""
    if not answers:
        return Metric("answer time, hours", None, "< 4", None, 0)
    value = median((answered - asked).total_seconds() / 3600 for asked, answered in answers)
    return Metric("answer time, hours", value, "< 4", value < 4, len(answers))


def cost_per_accepted(cost_usd: float, verdicts: Mapping[str, int]) -> Metric:
    """What models cost, for each proposal that was approved."""
    approved = verdicts.get("approved", 0)
    return Metric("USD per accepted proposal", cost_usd / approved if approved else None, "", None, approved)


def tokens_a_day(tokens: int, days: int) -> Metric:
    """Tokens that models used, a day."""
    return Metric("tokens a day", tokens / days, "", None, days)


def agreement(judged: Sequence[Judged]) -> Metric:
    """How often the arbiter's word was the person's too, shown and filtered ones together."""
    found = Agreement.over(judged)
    return _share("arbiter agrees with you", found.count if found else 0, found.total if found else 0, "", None)


Span = tuple[datetime, datetime]


def stuck_rate(spans: Iterable[Span], since: datetime, until: datetime) -> Metric:
    """The share of hours of a time in which something stood: any part of an hour counts as the hour."""
    hours = int((until - since) / AN_HOUR)
    stood: set[int] = set()
    for begin, end in spans:
        first, last = max(begin, since), min(end, until)
        if first < last:
            begins, ends = (first - since) // AN_HOUR, -((since - last) // AN_HOUR)
            stood.update(range(begins, min(ends, hours)))
    found = _share("stuck rate", len(stood), hours, "< 0.05", lambda value: value < 0.05)
    return Metric(found.name, found.value, found.target, found.met, hours)  # hours are no sample: no interval


def spans_of(marks: Iterable[tuple[datetime, str, bool]], until: datetime) -> list[Span]:
    """When each of several things stood, from marks in order: (when, which, whether it stood from then on)."""
    open_since: dict[str, datetime] = {}
    found: list[Span] = []
    for at, which, stands in marks:
        if stands:
            open_since.setdefault(which, at)
        elif which in open_since:
            found.append((open_since.pop(which), at))
    return found + [(at, until) for at in open_since.values()]


def counted(rows: Iterable[Mapping[str, Any]], name: str) -> dict[str, int]:
    """Rows of (name, count) as a mapping."""
    return {str(row[name]): int(row["count"]) for row in rows}


def _share(name: str, count: int, total: int, target: str, meets: Callable[[float], bool] | None) -> Metric:
    if not total:
        return Metric(name, None, target, None, 0)
    value, (low, high) = count / total, wilson(count, total)
    return Metric(name, value, target, meets(value) if meets else None, total, low, high)
