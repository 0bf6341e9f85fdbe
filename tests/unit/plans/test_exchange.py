"""The exchange format: strict line by line, ids as given, nothing of Vibe's own overwritten."""

import json
from pathlib import Path
from typing import Any

import pytest

from vibe.domain.blocks import RESERVED, Kind, Link, LinkType
from vibe.domain.canonical import instant
from vibe.domain.plans import PlanReading
from vibe.plans.formats import read_plan


def block(kind: str = "Decision", **fields: Any) -> dict[str, Any]:
    """A block's line, with the fields given."""
    return {"block": kind, "id": "d-17", "title": "Rent", **fields}


def read(folder: Path, *lines: object) -> PlanReading:
    """Read lines; what is no text is written as JSON. A sound block closes the file."""
    last = block("Knowledge", id="last", title="Last")
    texts = [line if isinstance(line, str) else json.dumps(line) for line in (*lines, last)]
    path = folder / "blocks.jsonl"
    path.write_text("\n".join(texts))
    return read_plan(path)


def test_a_block_is_taken_as_it_is_given(tmp_path: Path) -> None:
    """Every field comes through, the id as given, the place being the line."""
    reading = read(
        tmp_path,
        block(
            content="The corner shop.",
            status="active",
            created_at="2026-01-05T09:00:00Z",
            priority="P1",
            properties={"choices": ["rent", "buy"], "cost": 12, "sure": True, "ratio": 0.5, "none": None},
        ),
    )
    rent = reading.blocks[0]
    assert (rent.id, rent.kind, rent.title, rent.content) == ("d-17", Kind.DECISION, "Rent", "The corner shop.")
    assert (rent.status, rent.priority, rent.created_at) == ("active", "P1", instant("2026-01-05T09:00:00Z"))
    assert rent.properties == {"choices": ["rent", "buy"], "cost": 12, "sure": True, "ratio": 0.5}
    assert rent.place is not None
    assert (rent.place.file, rent.place.line) == ("blocks.jsonl", 1)
    assert (reading.source, reading.plan, reading.remarks) == ("exchange", "blocks", ())


def test_links_go_between_blocks_also_of_the_graph(tmp_path: Path) -> None:
    """A link to a block that is not in the file is kept, its id returned as outside."""
    reading = read(
        tmp_path,
        block(),
        {"link": "SUPPORTS", "from": "last", "to": "d-17", "why": "It is cheap."},
        {"link": "SUPPORTS", "from": "last", "to": "d-17"},
        {"link": "CONCERNS", "from": "last", "to": "elsewhere"},
    )
    assert reading.links == (
        Link(LinkType.SUPPORTS, "last", "d-17", "It is cheap."),
        Link(LinkType.CONCERNS, "last", "elsewhere"),
    )
    assert reading.outside == {"elsewhere"}


def test_without_a_status_a_task_is_pending_and_others_active(tmp_path: Path) -> None:
    """The status of a line that gives none is the first of its kind."""
    reading = read(tmp_path, block("Task", id="t"), block("Question", id="q"), block("Decision", id="d"))
    assert [found.status for found in reading.blocks] == ["pending", "active", "active", "active"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "not JSON"),
        ("[1]", "a line is"),
        ('{"a": 1}', "a line is"),
        ("[" * 3000, "nested too deeply"),
        ('{"block": "Decision", "id": "d-17", "title": "\\ud800"}', "not JSON"),
        (block("decision"), "kind 'decision' is none of"),
        (block("Decision) DETACH DELETE (n"), "is none of"),
        (block(id=""), "`id` must be"),
        (block(id=" x"), "`id` must be"),
        (block(id="x\n"), "`id` must be"),
        (block(id="x" * 201), "`id` must be"),
        (block(id=7), "`id` must be text"),
        (block(title=None), "`title` must be text"),
        (block(title="  "), "needs a `title`"),
        ({"block": "Decision", "id": "d-17"}, "`title` is missing"),
        (block(content=7), "`content` must be text"),
        (block("Task", status="asleep"), "status 'asleep' of a Task is none of"),
        (block(status="not one word"), "is not one lower-case word"),
        (block(id="last0") | {"id": "first"}, "id 'first' is taken by line 1"),
        ({"link": "LIKES", "from": "first", "to": "last"}, "link type 'LIKES' is none of"),
        ({"link": "SUPPORTS", "from": "first"}, "`to` is missing"),
        ({"link": "SUPPORTS", "from": "first", "to": 7}, "`to` must be text"),
        ({"link": "SUPPORTS", "from": "first", "to": "first"}, "to itself"),
    ],
)
def test_a_line_that_is_wrong_is_left_out_alone(tmp_path: Path, line: object, what: str) -> None:
    """A line with a wrong word, type or form is left out with its number; all others are read."""
    reading = read(tmp_path, block(id="first"), line)
    assert [found.id for found in reading.blocks] == ["first", "last"]
    assert not reading.links
    assert [(remark.file, remark.line) for remark in reading.warnings] == [("blocks.jsonl", 2)]
    assert what in reading.warnings[0].what


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"created_at": "yesterday"}, "no instant"),
        ({"created_at": 7}, "no instant"),
        ({"priority": "P9"}, "none of P0, P1, P2, P3"),
        ({"priority": 1}, "none of P0, P1, P2, P3"),
        ({"properties": [1]}, "must be an object"),
        ({"properties": {"a b": 1}}, "is not letters, digits and _"),
        ({"properties": {"a`b": 1}}, "is not letters, digits and _"),
        *(({"properties": {name: "x"}}, "belongs to Vibe; refused") for name in sorted(RESERVED)),
    ],
)
def test_a_field_that_is_wrong_is_left_out_and_the_block_kept(
    tmp_path: Path, fields: dict[str, Any], what: str
) -> None:
    """A wrong lesser field costs the field, not the block; names that are Vibe's own are refused."""
    reading = read(tmp_path, block(**fields))
    kept = reading.blocks[0]
    assert (kept.id, kept.created_at, kept.priority, kept.properties) == ("d-17", None, None, {})
    assert [remark.line for remark in reading.warnings] == [1]
    assert what in reading.warnings[0].what


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"a": [1]}, '{"a":[1]}'),
        ([1, "x"], '[1,"x"]'),
        ([[1]], "[[1]]"),
        ([1, None], "[1,null]"),
        (2**70, "1180591620717411303424"),
        ([1, 0.5], [1.0, 0.5]),
        ([], []),
    ],
)
def test_what_a_node_cannot_hold_is_kept_as_json(tmp_path: Path, value: object, kept: object) -> None:
    """Nested and mixed values become JSON text, with a note; a list of numbers becomes one of one type."""
    reading = read(tmp_path, block(properties={"value": value}))
    assert reading.blocks[0].properties == {"value": kept}
    assert len(reading.remarks) == isinstance(kept, str)
    assert reading.warnings == ()


def test_unknown_fields_are_noted_once(tmp_path: Path) -> None:
    """A field of no known name is noted at its first line only."""
    reading = read(tmp_path, *(block(id=f"d{number}", colour="blue") for number in range(3)))
    assert [(remark.line, remark.note) for remark in reading.remarks] == [(1, True)]


def test_circles_are_opened_without_hiding_a_blocked_task(tmp_path: Path) -> None:
    """Of a circle a link is left out, but never the one that makes a pending task wait on a failed one."""
    states = {"a": "pending", "b": "failed", "c": "pending", "d": "pending"}
    tasks = [block("Task", id=name, title=name, status=status) for name, status in states.items()]
    pairs = ["ba", "ab", "cd", "dc"]
    links = [{"link": "DEPENDS_ON", "from": one, "to": other} for one, other in pairs]
    reading = read(tmp_path, *tasks, *links)
    kept = [link.source + link.target for link in reading.links]
    assert "ab" in kept
    assert "ba" not in kept
    assert len({"cd", "dc"} & set(kept)) == 1
    assert sum("closes a circle" in remark.what for remark in reading.warnings) == 2


def test_a_thousand_remarks_are_enough(tmp_path: Path) -> None:
    """Past a thousand remarks the rest is counted."""
    reading = read(tmp_path, *["{"] * 1500)
    assert len(reading.remarks) == 1001
    assert "500 more remarks" in reading.remarks[-1].what


def test_a_file_of_any_name_is_known_by_its_first_line(tmp_path: Path) -> None:
    """JSONL under another name is read as what it is."""
    path = tmp_path / "blocks.json"
    path.write_text("\n" + json.dumps(block()) + "\n" + json.dumps(block(id="other")) + "\n")
    assert read_plan(path).source == "exchange"
