"""Which words judge, and where the same words judge nothing."""

from __future__ import annotations

import pytest

from vibe.research.cues import conceded, cues, leans_back, names_hazard


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This is highly optimistic, especially here.", ["highly optimistic"]),
        ("The plan lacks a concrete strategy.", ["lacks"]),
        ("The roles are not clearly defined.", ["are not clearly defined"]),
        ("It doesn't specify what these metrics are.", ["doesn't specify"]),
        ("There's no evidence of early consultation.", ["there's no"]),
        ("The mitigation plan is vague.", ["vague"]),
        ("Lack of baking experience in the team.", ["lack of"]),
        ("AltID's timelines are not fully within your control.", ["not fully within your control"]),
        ("The assumption that control can be absolute is unrealistic.", ["unrealistic"]),
    ],
)
def test_judging_words_are_found(text: str, expected: list[str]) -> None:
    """A sentence that judges the plan has a cue."""
    assert [cue.text for cue in cues(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Steps for preventing future inadequate supply are planned.",
        "To mitigate the risk of insufficient flour, stocks are kept.",
        "The budget may be insufficient.",
        "Is the target of 0.80 too low?",
        "The decision should be data-driven, not arbitrary.",
        "Hunger and lack of freedom lead to unrest.",
        "The plan is ambitious and complex.",
    ],
)
def test_what_is_averted_feared_or_asked_judges_nothing(text: str) -> None:
    """The same words in a hope, a fear, a question or an enumeration are no cue."""
    assert cues(text) == ()


def test_sentences_that_lean_on_the_one_before_are_known() -> None:
    """A sentence with "This is ..." can't stand alone, one with "The plan ..." can."""
    assert leans_back("This is highly optimistic.")
    assert leans_back("The current allocation seems arbitrary.")
    assert not leans_back("The plan lacks detail.")


def test_what_is_granted_before_a_cue_is_known() -> None:
    """A sentence like "While the plan mentions X, it lacks ..." judges what follows."""
    assert conceded("While the plan mentions ovens, it ")
    assert not conceded("The oven strategy ")


def test_hazards_make_candidates_but_not_where_they_are_to_be_averted() -> None:
    """A risk line names a hazard; a line that begins with averting one doesn't."""
    assert names_hazard("The oven may fail.")
    assert not names_hazard("To mitigate the risk of fire, doors are closed.")
