"""Breakdowns: what templates make of tasks, and what people type."""

from __future__ import annotations

import pytest

from vibe.domain.breakdowns import read_markdown, write_markdown
from vibe.domain.errors import BadInput
from vibe.plans.templates import NOT_KNOWN, break_down, classify, human_actions, templates

ACTIONS = {"research", "document", "outreach", "interview", "wait", "build", "buy", "file", "decide", "review"}


def test_every_action_word_has_a_template() -> None:
    """The words of the specification, with schemas, and `decide` is always a person's."""
    assert set(templates()) == ACTIONS
    assert "decide" in human_actions()
    assert all(template.steps and template.output_schema for template in templates().values())


@pytest.mark.parametrize(
    ("title", "action", "sure"),
    [
        ("Identify 50 dog breeders", "research", True),
        ("Draft the proposal", "document", True),
        ("Interview Carol", "interview", True),
        ("Select the three best", "decide", True),
        ("Tear down", "build", True),
        ("Open ticket sale", "build", True),
        ("Volunteer call sheet", "outreach", False),
        ("The breeders of Essex", "build", False),
    ],
)
def test_the_first_verb_says_what_a_task_is(title: str, action: str, sure: bool) -> None:
    """What does not begin with a known verb is not sure enough to be done without a look."""
    found, confidence = classify(title)
    assert (found, confidence >= 0.8) == (action, sure)


def test_what_is_not_known_is_not_made_up() -> None:
    """A task without a verb that is known is one step of a person, and says by whom it was broken down: by nothing."""
    found = break_down("The breeders of Essex", "", 8)
    assert [(step.title, step.human, step.hours) for step in found.steps] == [("The breeders of Essex", True, 8.0)]
    assert (found.by, found.confidence < 0.5) == (NOT_KNOWN, True)


def test_hours_are_shared_among_the_steps() -> None:
    """The steps together take what the task takes."""
    assert sum(step.hours for step in break_down("Interview Carol", "", 10).steps) == pytest.approx(10)


def test_what_is_written_reads_the_same() -> None:
    """A draft that a person leaves as it is changes nothing in it."""
    steps = break_down("Interview Carol", "", 10).steps
    again = read_markdown(write_markdown(steps), templates(), human=human_actions(), default="document")
    assert [(step.action, step.title, step.hours) for step in again] == [
        (step.action, step.title, step.hours) for step in steps
    ]


@pytest.mark.parametrize(("text", "line"), [("- fly: to the moon", 1), ("- research: a\nand so on", 2), ("", None)])
def test_what_is_no_breakdown_is_refused_with_its_line(text: str, line: int | None) -> None:
    """An unknown action, words outside the list, nothing at all."""
    with pytest.raises(BadInput) as refused:
        read_markdown(text, templates(), human=human_actions(), default="document")
    assert refused.value.line == line
