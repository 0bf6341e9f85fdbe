"""Figures: intervals and areas agree with values worked out elsewhere."""

import pytest

from vibe.evaluating.figures import area, share


def test_a_share_has_its_wilson_interval() -> None:
    """8 of 10 lie between 49 and 94 per cent, as tables of Wilson's interval have it."""
    found = share("x", [True] * 8 + [False] * 2)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)


def test_nothing_to_count_is_no_figure() -> None:
    """A share of nothing and an area of one side are left out."""
    assert share("x", []) is None
    assert area("x", [0.5], []) is None


def test_an_area_counts_pairs_in_order() -> None:
    """Ties count half, and the interval encloses the area."""
    found = area("x", [0.9, 0.6, 0.5], [0.5, 0.1])
    assert found is not None
    assert found.value == pytest.approx(5.5 / 6)
    assert found.low < found.value <= found.high <= 1.0
