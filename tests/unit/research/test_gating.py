"""Gating: each gate passes what it should and fails what it should, with a remedy."""

from __future__ import annotations

import pytest

from vibe.domain.research import Quote, Stance
from vibe.domain.runs import mode_of
from vibe.research.gating import check_claims, check_direction, check_diversity, check_scaffold, is_gate_2_due
from vibe.research.notes import Found, Notes, Source

QUICK = mode_of("quick")


def found(file: str, line: int = 1, *, written: bool = False, batch: int = 1) -> Found:
    """A finding in a file."""
    quotes = (Quote(file, line, "It costs more.", "f" * 64),)
    return Found(f"{file}:{line}", "c-1", Stance.CONTRADICTS, written, 50, quotes, ("it says so",), batch=batch)


def notes(*batches: tuple[str, ...], done: int = 1, items: tuple[Found, ...] = (), revised: int = 0) -> Notes:
    """Notes of a run whose batches hold these files."""
    planned = tuple(tuple(Source("plan", file, "f" * 64) for file in batch) for batch in batches)
    return Notes(claims={"c-1": "abc"}, batches=planned, done=done, found=items, revised=revised)


@pytest.mark.parametrize(
    ("items", "changed", "revised", "passes"),
    [
        ((found("a.md"),), [], 0, True),
        ((), [], 0, False),
        ((), [], 1, True),
        ((found("a.md"),), ["a.md"], 0, False),
    ],
)
def test_gate_1_asks_whether_the_first_batch_speaks_of_a_claim(
    items: tuple[Found, ...], changed: list[str], revised: int, passes: bool
) -> None:
    """Documents that changed, or a silent first batch before a wider search was tried, fail it; a FAIL has a remedy."""
    gate = check_direction(notes(("a.md",), ("b.md",), items=items, revised=revised), changed)
    assert gate.passed is passes
    assert bool(gate.remedy) is not passes


def test_gate_1_lets_an_empty_corpus_pass() -> None:
    """Where there is nothing to read, searching wider would not help."""
    assert check_direction(notes((), done=1), []).passed


@pytest.mark.parametrize(
    ("total", "done", "due"), [(2, 1, False), (2, 2, False), (3, 1, False), (3, 2, True), (4, 2, True)]
)
def test_gate_2_comes_in_the_middle_from_three_batches_on(total: int, done: int, due: bool) -> None:
    """A quick run of two batches has no gate 2; three or more have it once, amid acquisition."""
    assert is_gate_2_due(notes(*[("a.md",)] * total, done=done), QUICK) is due


def test_gate_2_fails_what_rests_on_one_document() -> None:
    """When nearly all that was found stands in one document, the gate fails and names it."""
    lopsided = notes(("a.md",), ("b.md",), done=2, items=tuple(found("a.md", line) for line in range(9)))
    even = notes(("a.md",), ("b.md",), done=2, items=(found("a.md"), found("b.md")))
    failed = check_diversity(lopsided)
    assert (failed.passed, check_diversity(even).passed) == (False, True)
    assert "a.md" in failed.remedy


def test_gate_3_fails_when_a_quote_or_a_claim_moved() -> None:
    """A quote that is gone, or a claim that says something else now, fails it."""
    read = notes(("a.md",), items=(found("a.md", written=True),))
    assert check_claims(read, [], {"c-1": "abc"}).passed
    assert not check_claims(read, ["a.md:1"], {"c-1": "abc"}).passed
    assert not check_claims(read, [], {"c-1": "other"}).passed


def test_gate_4_wants_every_section() -> None:
    """A marker that is only part of a line does not count; the gate names what is missing."""
    text = "### Batch 1 Summary\n> ## Verification Gate 1\n"
    assert check_scaffold(text, ["### Batch 1 Summary"]).passed
    failed = check_scaffold(text, ["### Batch 1 Summary", "## Verification Gate 1"])
    assert "## Verification Gate 1" in failed.checks[0][0]
