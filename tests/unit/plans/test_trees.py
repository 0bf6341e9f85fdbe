"""A plan in JSON, in the documented shape and as a breakdown tree alone."""

from pathlib import Path

import pytest

from tests.unit.plans.small_runs import TREE
from vibe.domain.blocks import Kind, LinkType
from vibe.domain.errors import BadInput
from vibe.domain.plans import PlanReading
from vibe.plans.formats import read_plan

BAKERY = Path(__file__).parents[2] / "fixtures" / "plans" / "bakery.json"


def named(reading: PlanReading) -> dict[str, str]:
    """Titles by block id."""
    return {block.id: block.title for block in reading.blocks}


def test_a_whole_plan() -> None:
    """Every list gives its kind; items are texts or objects; keys of no known meaning become properties."""
    reading = read_plan(BAKERY)
    assert reading.counts == {
        "Decision": 1,
        "Evidence": 1,
        "Assumption": 2,
        "Knowledge": 1,
        "Question": 1,
        "Task": 4,
        "NorthStar": 1,
        "Capability": 1,
    }
    rent = reading.blocks[1]
    assert (rent.title, rent.content, rent.priority) == ("Rent, not buy", "The shop is rented.", "P1")
    assert rent.properties == {"sourceId": "D1", "choices": ["rent", "buy"]}
    hired = next(block for block in reading.blocks if block.properties.get("sourceId") == "A1")
    assert (hired.title, hired.properties["validationMethod"]) == ("Two bakers can be hired", "Ask three")


def test_lines_are_those_of_the_objects() -> None:
    """A block is placed where its object, or its text, begins."""
    reading = read_plan(BAKERY)
    assert [block.place.line for block in reading.blocks if block.place] == [3, 5, 8, 9, 11, 12, 13, 14, 16, 19, 20, 23]


def test_links_go_by_id_and_by_title() -> None:
    """References name ids or titles, children are part of their parent; unknown names are left out with a remark."""
    reading = read_plan(BAKERY)
    names = named(reading)
    assert {(link.type, names[link.source], names[link.target]) for link in reading.links} == {
        (LinkType.SUPPORTS, "Three offers", "Rent, not buy"),
        (LinkType.CONTRADICTS, "Three offers", "Two bakers can be hired"),
        (LinkType.PART_OF, "Visit three", "Find a shop"),
        (LinkType.PART_OF, "Sign", "Find a shop"),
        (LinkType.DEPENDS_ON, "Sign", "Visit three"),
        (LinkType.DEPENDS_ON, "Bake", "Find a shop"),
        (LinkType.REQUIRES, "Bake", "Baking"),
    }


def test_what_was_not_understood_is_said_with_its_line() -> None:
    """Reserved names, states, wrong types, unknown references and unknown keys are named."""
    reading = read_plan(BAKERY)
    assert [(remark.line, remark.what.split(" ")[0]) for remark in reading.warnings] == [
        (20, "property"),
        (23, "status"),
        (24, "a"),
        (20, "'Sign'"),
    ]
    assert [remark.line for remark in reading.remarks if remark.note] == [11, 26]


def test_a_breakdown_tree_alone(tmp_path: Path) -> None:
    """The tree of a run under another name is read as tasks, its title as the goal."""
    path = tmp_path / "tree.json"
    path.write_text(TREE)
    reading = read_plan(path)
    assert reading.counts == {"Task": 4, "NorthStar": 1}
    assert (reading.title, reading.source) == ("Bakery", "json")


def test_a_list_is_a_list_of_tasks(tmp_path: Path) -> None:
    """A plan may be nothing but a list of tasks."""
    path = tmp_path / "tasks.json"
    path.write_text('[{"title": "One"},\n "Two"]')
    reading = read_plan(path)
    assert [(block.kind, block.title, block.place.line) for block in reading.blocks if block.place] == [
        (Kind.TASK, "One", 1),
        (Kind.TASK, "Two", 2),
    ]


@pytest.mark.parametrize("text", ["{", "17", "{}", '"text"', '{"colour": "blue"}', "[" * 5000, "[]"])
def test_json_that_plans_nothing_is_refused(tmp_path: Path, text: str) -> None:
    """JSON without anything that is understood is bad input, not an empty plan."""
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="understood are"):
        read_plan(path)
