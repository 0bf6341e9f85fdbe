"""Proposals: the table of moves, titles, rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.errors import BadInput, IllegalMove
from vibe.domain.proposals import LIVE, MOVES, OPEN, ProposalStatus, Sureness, check_title, is_open, move

LEGAL = {
    ("draft", "debating"), ("draft", "vague"), ("draft", "stale"),
    ("debating", "ready"), ("debating", "filtered"), ("debating", "stale"),
    ("ready", "approved"), ("ready", "rejected"), ("ready", "expired"), ("ready", "stale"), ("ready", "draft"),
    ("approved", "executing"), ("approved", "cancelled"), ("approved", "stale"), ("approved", "expired"),
    ("executing", "executed"), ("executing", "failed"),
}  # fmt: skip
"""SPEC section 1, row "Proposal", written out once more by hand."""


@given(current=st.sampled_from(ProposalStatus), wanted=st.sampled_from(ProposalStatus))
def test_only_the_moves_of_the_table_are_legal(current: ProposalStatus, wanted: ProposalStatus) -> None:
    """A move is legal exactly where the specification has a row for it."""
    try:
        legal = move(current, wanted) is wanted
    except IllegalMove:
        legal = False
    assert legal is ((current.value, wanted.value) in LEGAL)


@pytest.mark.parametrize(("current", "wanted"), [("rejected", "ready"), ("ready", "nonsense"), ("nowhere", "ready")])
def test_an_illegal_move_names_both_states(current: str, wanted: str) -> None:
    """Whoever tries an illegal move is told from where to where, unknown words included."""
    with pytest.raises(IllegalMove, match=rf"{current}.*{wanted}"):
        move(current, wanted)


def test_every_state_has_a_row_and_open_ones_are_live() -> None:
    """No state is forgotten in the table; what waits for a person may still lead to something."""
    assert set(MOVES) == set(ProposalStatus)
    assert OPEN < LIVE
    assert {status for status in ProposalStatus if is_open(status)} == {"draft", "debating", "ready"}


@given(st.text())
def test_a_title_is_one_line_of_80_characters_at_most(text: str) -> None:
    """Whatever is given, a title that is accepted is one line, not empty and short enough."""
    fits = 0 < len(" ".join(text.split())) <= 80
    if not fits:
        with pytest.raises(BadInput, match="title"):
            check_title(text)
        return
    assert len(check_title(text).splitlines()) == 1


def test_a_model_says_how_sure_it_is_in_words() -> None:
    """Low, medium and high are 0.4, 0.7 and 0.9."""
    assert [word.confidence for word in Sureness] == [0.4, 0.7, 0.9]
