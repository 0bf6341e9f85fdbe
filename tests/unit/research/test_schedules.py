"""A schedule's length is set against what a claim says the plan takes."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.research.plans import assumption, corpus, findings
from vibe.research.schedules import claimed_span, dates_in, read_schedule

HEADER = "key,name,start,end\n"
TIMELINE = "What is the projected timeline for the bakery?"
FILE = "026-3-schedule_gantt_machai.csv"


def test_dates_are_read_in_both_forms() -> None:
    """ISO, month first, and day first where only that can be."""
    assert dates_in("2026-03-12, 3/12/2026, 25/12/2026, 13/13/2026") == [
        date(2026, 3, 12),
        date(2026, 3, 12),
        date(2026, 12, 25),
    ]


def test_the_schedule_runs_from_the_first_start_to_the_last_end() -> None:
    """Where no row spans all, the row of the last end is quoted first, then that of the first start."""
    schedule = read_schedule(corpus({FILE: HEADER + "a,Dig cellar,1/1/2026,2/1/2026\nb,Open shop,3/1/2027,4/1/2027\n"}))
    assert schedule is not None
    assert (schedule.start, schedule.end) == (date(2026, 1, 1), date(2027, 4, 1))
    assert [quote.line for quote in schedule.quotes] == [3, 2]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The timeline for completing the bakery is 5 years, with 2 years for the cellar.", "5 years"),
        ("Year 1 milestones include the cellar. Year 2 and Year 3 bring the shop.", "years 1 to 3"),
        ("Months 1-6 of the schedule are for digging, months 7-18 for building.", "months 1 to 18"),
    ],
)
def test_a_claim_tells_how_long_the_plan_takes(text: str, told: str) -> None:
    """As a duration beside words of time, or as numbered years or months."""
    span = claimed_span(assumption(text))
    assert span is not None
    assert span.told == told


def test_a_claim_about_something_else_tells_no_length() -> None:
    """Durations of things are not the plan's."""
    assert claimed_span(assumption("The oven will last for at least 50 years.")) is None


def test_a_phase_is_not_the_whole() -> None:
    """How long a phase, a permit or a warranty takes says nothing about the plan."""
    text = "On the schedule, the second phase will take 6 months and permits of the project 4 months."
    assert claimed_span(assumption(text)) is None


def test_a_claim_about_something_else_is_not_contradicted_by_the_schedule() -> None:
    """A claim that only mentions the duration gets a candidate; nothing is written."""
    claim = assumption("Bakers and millers will stay committed through the storms of the 24-month project duration.")
    found = findings([claim], {FILE: HEADER + "a,Whole bakery,1/1/2026,1/1/2038\n"})
    assert [one.written for one in found] == [False]


@pytest.mark.parametrize(("end", "written"), [("1/1/2038", [True]), ("5/1/2028", []), ("2/1/2026", [False])])
def test_only_a_longer_schedule_contradicts(end: str, written: list[bool]) -> None:
    """12 years against 2 is written, 2.3 against 2 nothing, 1 month a candidate; the row's line is quoted."""
    claim = assumption("The projected timeline for completing the bakery is 2 years.", question=TIMELINE)
    found = findings([claim], {FILE: HEADER + f"a,Whole bakery,1/1/2026,{end}\n"})
    assert [one.written for one in found] == written
    assert [one.quotes[0].line for one in found] == [2] * len(written)
