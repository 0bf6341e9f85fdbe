"""Debates: what marks come to, what follows a round, what a role may answer; likeness of titles."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.debates import (
    DECISIVE,
    Critique,
    Draft,
    Judgement,
    Next,
    Outcome,
    RubricItem,
    after_round,
    outcome_of,
    score_of,
)
from vibe.domain.errors import BadInput
from vibe.domain.likeness import ALIKE, likeness

MARKS = st.fixed_dictionaries({item: st.integers(0, 2) for item in RubricItem})
RANK = {Outcome.FAIL: 0, Outcome.WEAK: 1, Outcome.STRONG: 2}
FULL = {item.value: 2 for item in RubricItem}
DRAFT = {
    "title": "Check “The pump lasts”", "content": "It may not.", "proposal_type": "knowledge", "impact": "high",
    "effort": "low", "confidence": "low", "packet": "research", "question": "Does it?", "confirm": "a", "refute": "b",
}  # fmt: skip


@given(MARKS, st.sampled_from(RubricItem))
def test_a_better_mark_never_makes_it_worse(marks: dict[RubricItem, int], item: RubricItem) -> None:
    """Raising one mark never lowers outcome or score."""
    better = {**marks, item: 2}
    assert RANK[outcome_of(better)] >= RANK[outcome_of(marks)]
    assert 0 <= score_of(marks) <= score_of(better) <= 1


@given(MARKS, st.sampled_from(sorted(DECISIVE)))
def test_a_decisive_nothing_fails(marks: dict[RubricItem, int], item: RubricItem) -> None:
    """Whatever else is good, a 0 in a decisive item fails."""
    assert outcome_of({**marks, item: 0}) is Outcome.FAIL


@given(st.sampled_from(Outcome), st.integers(1, 5), st.booleans())
def test_a_round_is_followed_by_what_the_table_says(outcome: Outcome, number: int, strengthened: bool) -> None:
    """Only a first weak round is strengthened; strong is ready, fail filtered, everything else shown as uncertain."""
    follows = after_round(outcome, number, strengthened=strengthened, rounds_max=3)
    expected = {Outcome.STRONG: Next.READY, Outcome.FAIL: Next.FILTERED, Outcome.UNDECIDED: Next.UNCERTAIN}
    weak = Next.UNCERTAIN if strengthened or number >= 3 else Next.STRENGTHEN
    assert follows is expected.get(outcome, weak)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "x" * 81}, "title"),
        ({"packet": "shell"}, "draft.packet"),
        ({"impact": "enormous"}, "draft.impact"),
        ({"confidence": 0.99}, "draft.confidence"),
        ({"status": "approved"}, "draft.status"),
        ({"options": [{"remedy": "keep"}]}, "draft.options.0.title"),
    ],
)
def test_a_draft_fills_its_fields_and_no_other(change: dict[str, Any], field: str) -> None:
    """A proposer's reply with a wrong or foreign field is refused, and the field is named."""
    with pytest.raises(BadInput) as caught:
        Draft.from_reply({**DRAFT, **change})
    assert caught.value.field == field


@pytest.mark.parametrize(
    "reply",
    [
        "strong",
        {"outcome": "strong", "reason": "x", "marks": {**FULL, "charm": 2}},
        {"outcome": "strong", "reason": "x", "marks": {**FULL, "specific": 3}},
        {"outcome": "strong", "reason": "x", "marks": {**FULL, "specific": True}},
        {"outcome": "approved", "reason": "x", "marks": FULL},
        {"outcome": "strong", "reason": "x", "marks": FULL, "approve": True},
    ],
)
def test_an_arbiter_can_only_judge_by_the_rubric(reply: Any) -> None:
    """An outcome or mark that does not exist, or anything beside them, is no judgement."""
    with pytest.raises(BadInput):
        Judgement.from_reply(reply)


def test_a_critic_must_give_a_reason() -> None:
    """An objection without a reason is no critique."""
    with pytest.raises(BadInput) as caught:
        Critique.from_reply({"objection": "No.", "reason": " ", "marks": FULL})
    assert caught.value.field == "critique.reason"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Find what backs “Social Control Mechanism”", "Find what backs “Social Control Mechanism”", True),
        ("Check “Boiler heats 40 flats in winter”", "Check “In winter boiler heats 40 flats”", True),
        ("Find what backs “Social Control Mechanism”", "Find what backs “Ethical Oversight Framework”", False),
        ("Check “Supplier 12 delivers on time”", "Check “Supplier 17 delivers on time”", False),
        ("Use Redis", "Use Redis for the sessions of the web shop in Aarhus", False),
        ("", "", False),
    ],
)
def test_likeness_goes_by_what_tells_titles_apart(one: str, other: str, alike: bool) -> None:
    """The words every proposal is written with count for nothing; other numbers or much more said is something else."""
    assert (likeness(one, other) >= ALIKE) is alike
