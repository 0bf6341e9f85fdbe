"""The fifteen findings that would strike a reader most (EVIDENCE.md section 7): are they surfaced?

Surfaced = a written contradiction of the claim, or among the first three candidates of that claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.evaluation.runs import PARA, SILO, SOVE, examined

FIRST_CANDIDATES = 3
WANTED_COUNT = 6


@dataclass(frozen=True)
class Wish:
    """One finding: the claim's place and one of the places that must be quoted, as beginnings of "file:line"."""

    name: str
    run: str
    claim: str
    places: tuple[str, ...]


WISHES = (
    Wish("silo 1: 37.6 years against 15", SILO, "003-5:12", ("026-3:5",)),
    Wish("silo 2: highly optimistic", SILO, "003-5:12", ("016-2:59",)),
    Wish("silo 3: overrun eats the contingency", SILO, "003-5:4", ("003-2:27",)),
    Wish("silo 4: leadership judgment alone", SILO, "002-14:30", ("003-2:113",)),
    Wish("silo 5: the outside world remains toxic", SILO, "002-14:149", ("016-2:183",)),
    Wish("sove 1: cooperation taken as given", SOVE, "028-2:10", ("001-2:20", "003-10:305")),
    Wish("sove 2: no strategy for the grants", SOVE, "003-5:4", ("003-10:287",)),
    Wish("sove 3: metrics not specified", SOVE, "003-5:12", ("003-10:294",)),
    Wish("sove 4: not within your control", SOVE, "002-14:76", ("016-2:146",)),
    Wish("sove 5: adoption as a KPI, forbidden", SOVE, "028-2:12", ("001-2:18",)),
    Wish("para 1: 7.4 years against 3", PARA, "003-5:12", ("026-3:5",)),
    Wish("para 2: 4 beds against 8 suites", PARA, "002-14:126", ("025-2:10",)),
    Wish("para 3: 50 participants by month 6", PARA, "003-5:12", ("017-2:33",)),
    Wish("para 4: the allocation seems arbitrary", PARA, "003-5:4", ("016-2:157",)),
    Wish("para 5: staffing and compensation", PARA, "028-2:11", ("003-10:319", "003-10:326")),
)


def short(place: str) -> str:
    """Shorten "003-5-make_assumptions.md:12" to "003-5:12"."""
    file, line = place.rsplit(":", 1)
    return "-".join(file.split("-")[:2]) + ":" + line


def is_surfaced(wish: Wish, runs: Path) -> bool:
    """Whether it is written, or among the first candidates of its claim."""
    run = examined(runs / wish.run)
    mine = [finding for finding in run.findings if short(run.place(finding)) == wish.claim]
    candidates = [finding for finding in mine if not finding.written][:FIRST_CANDIDATES]
    shown = [finding for finding in mine if finding.written] + candidates
    return any(short(f"{quote.file}:{quote.line}") in wish.places for finding in shown for quote in finding.quotes)


def test_most_of_what_strikes_a_reader_is_surfaced(planexe_runs: Path) -> None:
    """At least 6 of the 15 findings are written or among the first three candidates of their claim."""
    surfaced = [wish.name for wish in WISHES if is_surfaced(wish, planexe_runs)]
    print(f"{len(surfaced)} of {len(WISHES)} surfaced; not: {[w.name for w in WISHES if w.name not in surfaced]}")
    assert len(surfaced) >= WANTED_COUNT


@pytest.mark.parametrize(
    ("run", "told", "quote"),
    [
        (SILO, "37.6 years against 15 years", 'Operational Silo",3/12/2026,10/23/2063,0,,PlanExe'),
        (PARA, "7.4 years against 3 years", 'Operational Research Unit",3/11/2026,7/26/2033,0,,PlanExe'),
    ],
)
def test_the_schedule_against_the_timeline_is_written(planexe_runs: Path, run: str, told: str, quote: str) -> None:
    """The timeline assumption is contradicted by the schedule: arithmetic in words, its line quoted."""
    examined_run = examined(planexe_runs / run)
    found = [
        finding
        for finding in examined_run.findings
        if finding.written and short(examined_run.place(finding)) == "003-5:12" and finding.measure.startswith(told)
    ]
    assert [(one.quotes[0].text, one.quotes[0].line) for one in found] == [(quote, 5)]
    assert any(told in reason for reason in found[0].reasons)
