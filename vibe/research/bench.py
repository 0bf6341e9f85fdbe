"""The bench: all that is known of one plan's claims and corpus before a passage is set against a claim."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vibe.domain.research import Claim, Passage, Role
from vibe.research.figures import Figure, read_figures
from vibe.research.judging import Judge, Overlap
from vibe.research.prohibitions import Prohibition, read_prohibitions
from vibe.research.roles import file_kind
from vibe.research.schedules import Schedule, read_schedule
from vibe.research.words import Lexicon

LEAST_WEIGHT = 5.0
"""Shared weight below which a passage and a claim have nothing to do with each other."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One claim beside one passage, measured."""

    claim: Claim
    passage: Passage
    overlap: Overlap


class Bench:
    """One plan made ready: weights, the claims' figures and own sections, schedule, prompt, prohibitions."""

    def __init__(self, claims: Sequence[Claim], passages: Sequence[Passage]) -> None:
        self.claims = tuple(claims)
        self.lexicon = lexicon_of(passages)
        self.judge = Judge(self.claims, self.lexicon)
        self.schedule: Schedule | None = read_schedule(passages)
        self.prohibitions: list[Prohibition] = read_prohibitions(passages, self.lexicon)
        self.prompt = [passage for passage in passages if passage.role is Role.PROMPT]
        self._figures = {claim.id: tuple(f for s in claim.sentences for f in read_figures(s)) for claim in claims}
        sections = _sections_by_line(passages)
        self._own = {claim.id: _own_section(claim, sections.get(claim.file, [])) for claim in claims}

    def pairs(self, passage: Passage, wanted: frozenset[str] | None = None) -> list[Pair]:
        """The passage beside every claim of the plan, or beside the wanted ones (ids)."""
        claims = self.claims if wanted is None else [claim for claim in self.claims if claim.id in wanted]
        return [Pair(claim, passage, self.judge.overlap(claim, passage)) for claim in claims]

    def figures(self, claim: Claim) -> tuple[Figure, ...]:
        """The figures that a claim asserts."""
        return self._figures[claim.id]

    def words_of(self, claim: Claim) -> Iterable[str]:
        """The stems that a claim weighs."""
        return self.judge.subjects[claim.id].weights

    def is_own(self, claim: Claim, passage: Passage) -> bool:
        """Whether a passage or a copy of it stands where the claim was imported from; that is no evidence."""
        own = self._own[claim.id]
        if passage.file == claim.file and own and passage.section.startswith(own):
            return True
        return (claim.file, claim.line) in {(passage.file, passage.line), *passage.copies}


def lexicon_of(passages: Iterable[Passage]) -> Lexicon:
    """The weights of a corpus: its prose, without copies and task lists."""
    left_out = {Role.SCHEDULE, Role.COPY}
    return Lexicon(
        passage.plain for passage in passages if passage.role not in left_out and file_kind(passage.file) != "wbs"
    )


def stated_figures(passage: Passage) -> tuple[Figure, ...]:
    """The figures that a passage states; of a supposition only its baseline, of task lists none."""
    if passage.role in {Role.SCHEDULE, Role.COPY, Role.QUESTION}:
        return ()
    if file_kind(passage.file) in {"wbs", "related_resources", "task_durations"}:
        return ()
    figures = read_figures(passage.plain)
    if passage.role is not Role.HYPOTHETICAL:
        return figures
    at = passage.plain.lower().find("baseline")
    return tuple(figure for figure in figures if 0 <= at < figure.start)


def _sections_by_line(passages: Sequence[Passage]) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """For each file the last line and the headings of its passages, in order."""
    found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for passage in passages:
        found.setdefault(passage.file, []).append((passage.quotes[-1].line, passage.headings))
    return {file: sorted(rows) for file, rows in found.items()}


def _own_section(claim: Claim, sections: Sequence[tuple[int, tuple[str, ...]]]) -> str:
    """The section a claim was imported from.

    That of the first passage at or behind its line, without its innermost label; but never the whole document, which
    is all that is left of "Title > Assumptions" without its last part.
    """
    at = bisect_left(sections, (claim.line, ()))
    if not claim.file or at == len(sections):
        return ""
    headings = sections[at][1]
    own = headings[:-1]
    is_whole_document = all(other[: len(own)] == own for _, other in sections)
    return " > ".join(headings if is_whole_document else own)
