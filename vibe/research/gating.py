"""Gating: the four checks a run has to pass, each logged in its working file with PASS or FAIL and a remedy. Pure.

Source: document 004 section 6; SPEC section 1 (quick mode runs gates 1, 3 and 4, and 2 from three batches on).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from vibe.domain.runs import Mode
from vibe.research.notes import GateRecord, Notes

MOST_FROM_ONE = 0.8
"""Share of what was found that may come from one document."""
GATE_2_FROM = 3
"""So many planned batches make gate 2 worth while in quick mode."""


def check_direction(notes: Notes, changed: Sequence[str]) -> GateRecord:
    """Gate 1, after the first batch: does the run look where the claims are spoken of?"""
    speaks = bool(notes.found or notes.revised or not notes.read)
    checks = (
        ("every document stood as it was listed", not changed),
        ("the batch speaks of a claim, or a wider search was tried before", speaks),
    )
    if changed:
        return _gate(1, checks, f"list the documents again: {', '.join(changed)} changed")
    return _gate(1, checks, "search wider: for what the claims answer and choose between, too")


def is_gate_2_due(notes: Notes, mode: Mode) -> bool:
    """Whether the batch just read is the middle one of a run that is long enough."""
    total = len(notes.batches)
    return (mode.deepens or total >= GATE_2_FROM) and notes.done == -(-total // 2) and notes.done > 1


def check_diversity(notes: Notes) -> GateRecord:
    """Gate 2, amid acquisition: does what was found rest on more than one document?"""
    files = Counter(item.quotes[0].file for item in notes.found)
    most = max(files.values(), default=0)
    spread = most <= MOST_FROM_ONE * len(notes.found) if len(notes.found) > 1 else True
    checks = (
        ("more than one document was read", len(notes.read) > 1),
        (f"no document holds more than {MOST_FROM_ONE:.0%} of what was found", spread),
    )
    leading = files.most_common(1)[0][0] if files else "one document"
    return _gate(2, checks, f"weigh the next batch against {leading}")


def check_claims(notes: Notes, gone: Iterable[str], now: Mapping[str, str]) -> GateRecord:
    """Gate 3, before synthesis: does every quote stand, and is every claim still what it was?

    Args:
        gone: ids of findings whose quote no longer stands.
        now: content hash of each claim as it is.
    """
    missing = set(gone)
    moved = [claim for claim, sha256 in notes.claims.items() if now.get(claim) != sha256]
    checks = (
        ("every quote stands word for word at its line", not missing),
        ("every claim says what it said when it was read", not moved),
        ("every written finding names its document and line", all(item.quotes for item in notes.written)),
    )
    return _gate(3, checks, "read the changed documents again and drop what no longer stands")


def check_scaffold(text: str, markers: Iterable[str]) -> GateRecord:
    """Gate 4, before finalization: does the working file hold everything the result is made of?"""
    lines = set(text.splitlines())
    missing = [marker for marker in markers if marker not in lines]
    named = f" (missing: {'; '.join(missing[:3])})" if missing else ""
    return _gate(4, ((f"every batch, gate and dimension is in the file{named}", not missing),), "verify again")


def _gate(number: int, checks: Sequence[tuple[str, bool]], remedy: str) -> GateRecord:
    passed = all(holds for _, holds in checks)
    return GateRecord(number, passed, tuple(checks), "" if passed else remedy)


def independent_files(notes: Notes, claim: str) -> int:
    """How many documents what is written about a claim comes from."""
    return len({item.quotes[0].file for item in notes.of_claim(claim) if item.written})
