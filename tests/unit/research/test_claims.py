"""Blocks become claims: what they assert, apart from what they ask and offer."""

from __future__ import annotations

import pytest

from vibe.domain.blocks import Block, Kind, Place
from vibe.research.claims import claim_of, claims_of


def test_an_assumption_holds_several_claims_and_its_question_is_its_topic() -> None:
    """The lead "Assumption:" and markup go, sentences stay in order."""
    text = "Assumption: The *oven* costs €5,000 (e.g. used). It lasts 12 years."
    block = Block(
        "a", Kind.ASSUMPTION, "The oven", text, properties={"question": "Which oven?"}, place=Place("p.md", 7, "ff")
    )
    claim = claim_of(block)
    assert claim.sentences == ("The oven costs €5,000 (e.g. used).", "It lasts 12 years.")
    assert (claim.topic, claim.file, claim.line, claim.sha256) == ("Which oven?", "p.md", 7, block.content_sha256)


def test_a_decisions_title_is_its_topic_and_its_choices_are_apart() -> None:
    """Choices are offered, not asserted."""
    claim = claim_of(
        Block("d", Kind.DECISION, "Oven Choice", "Dictates the oven.", properties={"choices": ["Gas.", "Wood."]})
    )
    assert (claim.topic, claim.text, claim.alternatives) == ("Oven Choice", "Dictates the oven.", ("Gas.", "Wood."))


def test_a_block_without_content_claims_its_title() -> None:
    """A title alone is the claim, and no topic beside it."""
    claim = claim_of(Block("a", Kind.ASSUMPTION, "Ovens never fail."))
    assert (claim.sentences, claim.topic) == (("Ovens never fail.",), "")


def test_other_kinds_claim_nothing() -> None:
    """Only decisions and assumptions are set against evidence."""
    task = Block("t", Kind.TASK, "Bake")
    assert claims_of([task]) == []
    with pytest.raises(ValueError, match="claims nothing"):
        claim_of(task)
