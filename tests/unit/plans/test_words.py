"""Titles, slugs and sentences."""

import pytest

from vibe.plans.formats.words import normalised, sentences, shortened, slug, title_from


def test_sentences_keep_abbreviations_and_quotes_together() -> None:
    """A sentence ends at its mark and the quotes after it, not at an abbreviation or a number."""
    text = "It costs 1.5 M USD, e.g. Half of it now. He said 'Go.' Then we went!\n\nA new line"
    assert sentences(text) == [
        "It costs 1.5 M USD, e.g. Half of it now.",
        "He said 'Go.'",
        "Then we went!",
        "A new line",
    ]


def test_titles_are_cut_at_a_word() -> None:
    """A title is the first sentence, cut at a word where it is too long."""
    assert title_from("It rains. It snows.") == "It rains"
    assert shortened("one two three", 9) == "one two…"
    assert len(shortened("x" * 500)) == 160


@pytest.mark.parametrize(
    ("text", "name"), [("20250321_silo", "20250321_silo"), ("Öl & Gas!", "ol-gas"), ("///", "plan"), ("日本", "plan")]
)
def test_slugs_fit_a_path(text: str, name: str) -> None:
    """A slug is lower case ASCII and never empty."""
    assert slug(text) == name


def test_normalised_titles_forget_case_marks_and_spaces() -> None:
    """Two spellings of one title are equal when normalised."""
    assert normalised("  It  *rains*! ") == normalised("it rains")
