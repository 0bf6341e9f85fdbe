"""Figures are read with what they measure, of what, per what and until when."""

from __future__ import annotations

import pytest

from vibe.research.comparing import agree, differences
from vibe.research.figures import Figure, Measure, read_figures, years
from vibe.research.words import Lexicon

LEXICON = Lexicon([])


def short(figure: Figure) -> tuple[str, str, float, float]:
    """What a figure is, without where it stands."""
    return figure.measure.value, figure.unit, figure.low, figure.high


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a budget of $5 billion USD", [("money", "USD", 5e9, 5e9)]),
        ("costs of $50-100 million USD", [("money", "USD", 5e7, 1e8)]),
        ("€750K and €1.8M year one", [("money", "EUR", 7.5e5, 7.5e5), ("money", "EUR", 1.8e6, 1.8e6)]),
        ("10.5 million DKK", [("money", "DKK", 1.05e7, 1.05e7)]),
        ("an overrun of 20-30%", [("share", "%", 20, 30)]),
        ("a 15-year timeline", [("time", "days", 15 * 365.25, 15 * 365.25)]),
        ("within three weeks", [("time", "days", 21, 21)]),
        ("8 active sleep suites at launch", [("count", "suit", 8, 8)]),
        ("a 4-bed unit", [("count", "bed", 4, 4)]),
        ("5,000 personnel", [("count", "personnel", 5000, 5000)]),
    ],
)
def test_amounts_durations_shares_and_counts_are_read(text: str, expected: list[tuple[str, str, float, float]]) -> None:
    """Scale words, ranges, symbols, codes and hyphens are understood."""
    assert [short(figure) for figure in read_figures(text)] == expected


@pytest.mark.parametrize(
    "text", ["by 2026-09-01", "in 2026 ovens", "Risk 3 and Aim 1", "ISO 27001 rules", "page 3/4", "FM1 story"]
)
def test_dates_names_and_numbering_are_no_figures(text: str) -> None:
    """A number that names something measures nothing."""
    assert read_figures(text) == ()


def test_a_figure_knows_its_clause_its_time_and_its_rate() -> None:
    """Words of other clauses don't count; a baseline belongs to what stands before the bracket."""
    (enrolled, _) = read_figures(
        "By the end of Month 6, achieve a minimum of 50 enrolled participants with at least 30% local"
    )
    assert (enrolled.until_months, enrolled.bound, enrolled.unit) == (6, "least", "particip")
    night = read_figures("Raising participant compensation by 10% (baseline: assume €100 per participant-night) helps")[
        1
    ]
    assert (night.per, "compens" in night.about) == ("night", True)


def test_figures_of_one_quantity_differ() -> None:
    """Same thing counted, both with a time: the earlier minimum beyond the later total is sure."""
    claimed = read_figures("Year 1 milestones include enrolling 15-20 participants.")
    found = read_figures("By the end of Month 6, a minimum of 50 enrolled participants")
    (difference,) = differences(claimed, found, LEXICON)
    assert (difference.sure, difference.told) == (True, "50 particip by month 6 against 15-20 particip")


@pytest.mark.parametrize(
    ("claimed", "found"),
    [
        ("Year 2 milestones include enrolling 30 participants.", "By the end of Month 6, 20 enrolled participants"),
        ("Year 1 milestones include enrolling 15-20 participants.", "By Month 12, 18 enrolled participants"),
        ("10% of the renovation budget", "an increase of 20% in the renovation budget"),
        ("a renovation budget of €700,000", "a renovation budget of $900,000"),
        ("8 ovens in the shop", "900 loaves in the shop"),
        ("enrolling 20 participants in the trial", "fewer than 10 participants enrolled in the trial"),
    ],
)
def test_other_times_changes_units_and_bounds_are_not_compared(claimed: str, found: str) -> None:
    """Two figures that only look alike make no difference."""
    assert list(differences(read_figures(claimed), read_figures(found), LEXICON)) == []


def test_an_overrun_is_held_against_the_contingency() -> None:
    """An overrun that uses up the contingency is told as such, never as sure."""
    claimed = read_figures("with 30% for ovens, and 20% to contingency funds")
    found = read_figures("A cost overrun of 20-30% is likely")
    (difference,) = differences(claimed, found, LEXICON)
    assert (difference.special, difference.sure) == ("contingency", False)
    assert "20-30%" in difference.told


def test_kinds_of_places_are_one_quantity() -> None:
    """Beds and suites count the same thing."""
    claimed = read_figures("The residential unit houses 8 suites")
    (difference,) = differences(claimed, read_figures("A 4-bed residential unit"), LEXICON)
    assert difference.told == "4 bed against 8 suit"


def test_the_same_figure_is_recognised_in_other_words() -> None:
    """The figures "15-year" and "15 years" agree."""
    assert agree(read_figures("it takes 15 years"), read_figures("a 15-year plan")) == ["15-year"]


def test_years_are_written_with_one_decimal_where_needed() -> None:
    """Days become years as people write them."""
    assert [years(days) for days in (13739, 15 * 365.25, 365.25)] == ["37.6 years", "15 years", "1 year"]
    assert Measure.TIME.value == "time"
