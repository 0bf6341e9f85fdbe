"""Rendering: what Telegram would show is counted the way Telegram counts. The emulator does not look at entities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.messages import plain
from vibe.edges.telegram.rendering import MOST_ENTITIES, MOST_UNITS, Part, render


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def marked(part: Part) -> list[tuple[str, str]]:
    """Each entity with the text it stands on."""
    raw = part.text.encode("utf-16-le")
    return [
        (str(one.type), raw[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le"))
        for one in part.entities
    ]


def test_the_marks_stand_where_they_belong() -> None:
    """Also behind emoji, which count twice."""
    text = "🔔 **Vibe Proposals** (3 items)\n\n**1. Add _caching_ layer** [HIGH]\n> quoted\n\n`code` [page](https://v.example/1)"
    (part,) = render(text)
    assert part.text.split() == "🔔 Vibe Proposals (3 items) 1. Add caching layer [HIGH] quoted code page".split()
    assert ("bold", "Vibe Proposals") in marked(part)
    assert ("italic", "caching") in marked(part)
    assert ("code", "code") in marked(part)
    assert ("text_link", "page") in marked(part)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("x" * 4096, [4096]),
        ("x" * 4097, [4096, 1]),
        ("😀" * 2048, [4096]),
        ("😀" * 2049, [4096, 2]),
        ("", [1]),
    ],
)
def test_a_text_is_split_where_telegram_would_refuse_it(text: str, sizes: list[int]) -> None:
    """4096 UTF-16 units a message; never an empty one."""
    assert [units(part.text) for part in render(text)] == sizes


def test_a_text_is_split_at_lines_where_it_has_too_many_marks() -> None:
    """A hundred a message: the rest would show as plain text."""
    lines = [f"**{number}** _of many_" for number in range(150)]
    parts = render("\n".join(lines))
    assert all(len(part.entities) <= MOST_ENTITIES for part in parts)
    assert "\n".join(part.text for part in parts).split() == " ".join(f"{n} of many" for n in range(150)).split()
    assert [text for part in parts for kind, text in marked(part) if kind == "bold"] == [str(n) for n in range(150)]


@given(st.text(max_size=200))
def test_whatever_is_rendered_fits_and_its_marks_lie_inside(text: str) -> None:
    """Telegram takes each part: not empty, not too long, marks within it."""
    for part in render(f"**Title** {plain(text)}\n\n> {plain(text)}\n{text}"):
        assert part.text.strip()
        assert units(part.text) <= MOST_UNITS
        assert all(one.offset >= 0 and one.offset + one.length <= units(part.text) for one in part.entities)
        assert all(one.length > 0 for one in part.entities)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=80))
def test_plain_text_shows_just_its_characters(text: str) -> None:
    """Nothing in a title can mark up or hide anything."""
    words = " ".join(text.split())
    if words:
        (part,) = render(f"a {plain(text)}")
        assert part.text == f"a {words}"
        assert part.entities == ()


def test_what_turns_letters_round_is_left_out() -> None:
    """A title that reverses what follows it, or rings a bell, is shown as its letters."""
    assert render("1. \u202eAdd \x07caching\u2066") == render("1. Add caching")
