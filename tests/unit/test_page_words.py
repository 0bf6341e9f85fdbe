"""How the pages say things, and where a plan's blocks stand; pure, so tested without a browser."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.events import EventType
from vibe.domain.proposals import ProposalStatus, RejectionType
from vibe.edges.pages import layout, picture, telling, words

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def block(identity: str, kind: str = "Task", title: str = "T") -> dict[str, Any]:
    """A block as the picture's query gives it."""
    return {"id": identity, "kind": kind, "title": title, "status": "active", "priority": None}


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=20), "moments"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=23), "23 h"),
        (timedelta(days=13, hours=23), "13 d"),
    ],
)
def test_times_are_said_in_their_largest_unit(length: timedelta, said: str) -> None:
    """A span is never made longer than it is, and is said the same for past and future."""
    assert words.span(length) == said
    assert words.until(NOW + length, NOW) == f"in {said}"
    assert words.until(NOW - length, NOW) == f"{said} ago"


def test_nothing_is_said_of_a_time_that_is_not_known() -> None:
    """An unset instant is an empty text, not the word None."""
    assert [words.ago(None, NOW), words.until(None, NOW), words.day(None), words.minute(None)] == [""] * 4


@pytest.mark.parametrize(
    ("stance", "origin", "said"),
    [
        ("SUPPORTS", "same_plan", "The plan agrees with itself"),
        ("contradicts", "same_plan", "The plan contradicts itself"),
        ("supports", "own_document", "Supports · your own document"),
        ("EVIDENCE_FOR", "human", "Supports · a person's word"),
        ("CONTRADICTS", "web", "Contradicts · a web page"),
        (None, None, "Stands alone · as it came with the plan"),
    ],
)
def test_evidence_says_whose_word_it_is(stance: str | None, origin: str | None, said: str) -> None:
    """Support from the plan's own documents is never worded as if somebody else had said it."""
    assert words.stance_words(stance, origin) == said


def test_every_state_and_answer_has_its_word() -> None:
    """No state of a proposal and no way to reject reaches a person as a bare key."""
    assert set(words.STATUSES) == set(ProposalStatus)
    assert set(words.REJECTIONS) == set(RejectionType)


@pytest.mark.parametrize(("actor", "said"), [("owner:page", "You, on the page"), ("owner:x", "You"), ("loop", "Vibe")])
def test_who_acted_is_said_in_words(actor: str, said: str) -> None:
    """The owner is spoken to as you, whatever channel they came by."""
    assert words.who(actor) == said


@pytest.mark.parametrize(
    ("actor", "name", "said"),
    [("owner:cli", "", "You asked, on the command line"), ("agent:a-7", "Bob", "Bob asks"), ("loop", "", "Vibe asks")],
)
def test_a_question_says_who_asks(actor: str, name: str, said: str) -> None:
    """A person reads a sentence, and an agent's name."""
    assert words.asks(actor, name) == said


def test_paths_hold_any_id() -> None:
    """An id with slashes, spaces, quotes or a question mark stays one part of the path."""
    assert words.block_path('a/b c?"#%') == "/blocks/a%2Fb%20c%3F%22%23%25"


@pytest.mark.parametrize("kind", sorted(EventType))
def test_every_event_is_told_as_a_sentence(kind: str) -> None:
    """Whatever an entry is about, with a full body or with none, it is told in words a person can read."""
    full = {"number": 3, "reason": "because", "ids": ["a"], "items": [{}], "plan": "p", "what": "model_call"}
    for body in ({}, full):
        told = telling.sentence(kind, body)
        assert not told[0].islower()
        assert "{" not in told
    assert "model_call" not in telling.sentence(kind, full)


def test_an_entry_without_an_event_is_still_told() -> None:
    """A body that is no object, or lacks the event, does not break the ledger's page."""
    assert [dict(telling.event_of({"body": body})) for body in ("{}", "[]", '{"event": 3}', '{"event": {"a": 1}}')] == [
        {},
        {},
        {},
        {"a": 1},
    ]


@given(
    st.lists(st.sampled_from(["Task", "Decision", "Assumption", "Knowledge", "NorthStar"]), max_size=120),
    st.lists(st.tuples(st.integers(0, 119), st.integers(0, 119)), max_size=60),
)
def test_every_block_has_one_place_and_none_covers_another(kinds: list[str], parts: list[tuple[int, int]]) -> None:
    """Also where tasks are parts of each other in circles: each block once, no two cells or boxes overlap."""
    blocks = [block(f"b{place}", kind) for place, kind in enumerate(kinds)]
    links = [{"source": f"b{child}", "type": "PART_OF", "target": f"b{parent}"} for child, parent in parts]
    found = layout.lay_out(blocks, links)
    cells = [cell for group in found.groups for cell in group.cells]
    assert sorted(cell.block["id"] for cell in cells) == sorted(row["id"] for row in blocks)
    assert len({(cell.x, cell.y) for cell in cells}) == len(cells)
    for group in found.groups:
        assert group.x >= 0
        assert group.x + group.width <= found.width
        assert group.y + group.height <= found.height
        for cell in group.cells:
            assert group.x <= cell.x <= group.x + group.width - layout.CELL_W
            assert group.y < cell.y <= group.y + group.height - layout.CELL_H
    for one in found.groups:
        for other in found.groups:
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert one is other or apart or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_tasks_stand_with_their_phase() -> None:
    """A phase is a topmost task with all that hangs under it, itself first; single tasks share a box."""
    blocks = [block("p", title="Build"), block("c", title="A"), block("g", title="B"), block("alone", title="C")]
    links = [{"source": "c", "type": "PART_OF", "target": "p"}, {"source": "g", "type": "PART_OF", "target": "c"}]
    found = {group.title: [cell.block["id"] for cell in group.cells] for group in layout.lay_out(blocks, links).groups}
    assert found == {"Build": ["p", "c", "g"], "Tasks": ["alone"]}


def test_the_picture_marks_gaps_and_escapes_titles() -> None:
    """The worst gap colours a block; a title with markup is text in the SVG, an id can't leave its attribute."""
    evil = "</text><script>alert(1)</script>"
    blocks = [block('x"/><script>', "Decision", evil), block("d2", "Decision", "backed"), block("e", "Evidence")]
    links = [{"source": "e", "type": "SUPPORTS", "target": "d2"}]
    gaps = [
        {"block_id": 'x"/><script>', "severity": "low", "type": "unvalidated_decision"},
        {"block_id": 'x"/><script>', "severity": "high", "type": "contradicted"},
    ]
    drawn = picture.draw_plan(blocks, links, gaps)
    tree = ElementTree.fromstring(drawn)
    cells = {cell.get("data-id"): cell for cell in tree.iter(f"{SVG}a")}
    assert b"<script" not in drawn
    assert cells['x"/><script>'].get("class") == "cell gap high contradicted"
    assert cells["d2"].get("class") == "cell backed"
    assert cells['x"/><script>'].get("href") == "/blocks/x%22%2F%3E%3Cscript%3E"
    assert (cells['x"/><script>'].findtext(f"{SVG}title") or "").startswith(evil)
    assert [wire.get("data-to") for wire in tree.iter(f"{SVG}path")] == ["d2"]


@pytest.mark.parametrize("title", ["", " ", "a" * 300, "one two three " * 20, "short"])
def test_a_title_fits_its_cell(title: str) -> None:
    """At most two lines, none longer than a cell is wide, never empty."""
    lines = picture.two_lines(title)
    assert 1 <= len(lines) <= 2
    assert all(0 < len(line) <= picture.LETTERS for line in lines)


def test_pages_never_put_text_in_as_markup() -> None:
    """No page uses an element that takes HTML, Markdown or SVG source, nor sets attributes by parsing foreign text."""
    from vibe.edges.pages import block as block_page
    from vibe.edges.pages import cards, evidence, gaps, held_back, history, inbox, plan, proposal, questions

    pages = (block_page, cards, evidence, gaps, held_back, history, inbox, plan, proposal, questions)
    for module in pages:
        source = inspect.getsource(module)
        for name in ("ui.html", "ui.markdown", "ui.add_body_html", "innerHTML", "run_javascript"):
            assert name not in source
