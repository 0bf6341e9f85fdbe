"""Debates: a draft is argued out before a person sees it: proposer, critic, arbiter, one rubric.

What each role answers is read here, strictly: a reply can fill these fields and nothing else, so no text can choose an
outcome, a packet or a state. What follows an outcome is one table.

Source: SPEC section 3 (rounds), seed 003 section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vibe.domain.errors import BadInput
from vibe.domain.packet_ops import Reader
from vibe.domain.packets import PacketType
from vibe.domain.proposals import Grade, ProposalType, Sureness, check_title

TEXT_MAX = 4_000
MARK_MAX = 2


class Role(StrEnum):
    """Who speaks."""

    PROPOSER = "proposer"
    CRITIC = "critic"
    ARBITER = "arbiter"
    JUDGE = "judge"  # of passages, in research
    DECOMPOSER = "decomposer"  # of tasks, into steps


class RubricItem(StrEnum):
    """What a proposal is judged by; marked 0 (not at all), 1 (partly), 2 (fully)."""

    ADDRESSES_GAP = "addresses_gap"
    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    PROPORTIONATE = "proportionate"
    CONSISTENT = "consistent"
    REVERSIBLE = "reversible"
    NEW = "not_done_before"


DECISIVE = frozenset(RubricItem) - {RubricItem.MEASURABLE}
"""A 0 in one of these is a fail, whatever else is good."""
Marks = Mapping[RubricItem, int]


class Outcome(StrEnum):
    """What a round came to."""

    STRONG = "strong"
    WEAK = "weak"
    FAIL = "fail"
    UNDECIDED = "undecided"


class Next(StrEnum):
    """What follows a round."""

    READY = "ready"
    UNCERTAIN = "uncertain"  # ready, flagged, both positions attached
    STRENGTHEN = "strengthen"
    FILTERED = "filtered"


def outcome_of(marks: Marks) -> Outcome:
    """Judge by the rubric alone: a decisive 0 fails, two lesser 0 fail, any 0 or two 1 are weak, the rest is strong."""
    none = {item for item, mark in marks.items() if mark == 0}
    partly = [item for item, mark in marks.items() if mark == 1]
    if none & DECISIVE or len(none) > 1:
        return Outcome.FAIL
    return Outcome.WEAK if none or len(partly) > 1 else Outcome.STRONG


def score_of(marks: Marks) -> float:
    """The marks as one ratio, 0..1."""
    return sum(marks.values()) / (MARK_MAX * len(marks)) if marks else 0.0


def after_round(outcome: Outcome, number: int, *, strengthened: bool, rounds_max: int) -> Next:
    """Say what follows round `number` (from 1): a weak one is strengthened once and argued once more."""
    if outcome is Outcome.STRONG:
        return Next.READY
    if outcome is Outcome.FAIL:
        return Next.FILTERED
    if outcome is Outcome.UNDECIDED or strengthened or number >= rounds_max:
        return Next.UNCERTAIN
    return Next.STRENGTHEN


@dataclass(frozen=True, slots=True)
class DraftedOption:
    """One remedy of those offered, in the proposer's words; `remedy` is the key it was offered under."""

    remedy: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The proposer's reply.

    `packet` is one of the kinds offered. `question` belongs to research and ask, `confirm` and `refute` to research,
    `options` to ask. `vague` says why nothing can be done about the gap as it stands; empty where something can.
    """

    title: str
    content: str
    proposal_type: ProposalType
    impact: Grade
    effort: Grade
    confidence: Sureness
    packet: PacketType
    question: str = ""
    confirm: str = ""
    refute: str = ""
    options: tuple[DraftedOption, ...] = ()
    vague: str = ""

    @classmethod
    def from_reply(cls, value: object) -> Draft:
        """Read a reply.

        Raises:
            BadInput: names the field.
        """
        reader = Reader(value, "draft")
        draft = cls(
            title=check_title(reader.text("title", 400)),
            content=reader.text("content", TEXT_MAX),
            proposal_type=reader.word("proposal_type", ProposalType),
            impact=reader.word("impact", Grade),
            effort=reader.word("effort", Grade),
            confidence=reader.word("confidence", Sureness),
            packet=reader.word("packet", PacketType),
            question=reader.text("question", TEXT_MAX, default=""),
            confirm=reader.text("confirm", TEXT_MAX, default=""),
            refute=reader.text("refute", TEXT_MAX, default=""),
            options=tuple(_option(item) for item in reader.items("options", 0, 8, default=())),
            vague=reader.text("vague", TEXT_MAX, default=""),
        )
        reader.done()
        return draft


def _option(reader: Reader) -> DraftedOption:
    found = DraftedOption(
        reader.text("remedy", 60), reader.text("title", 300), reader.text("detail", TEXT_MAX, default="")
    )
    reader.done()
    return found


@dataclass(frozen=True, slots=True)
class Critique:
    """The critic's reply: its strongest objection, a reason anybody can check, and its marks."""

    objection: str
    reason: str
    marks: Marks

    @classmethod
    def from_reply(cls, value: object) -> Critique:
        """Read a reply.

        Raises:
            BadInput: names the field.
        """
        reader = Reader(value, "critique")
        found = cls(reader.text("objection", TEXT_MAX), reader.text("reason", TEXT_MAX), _marks(reader))
        reader.done()
        return found


@dataclass(frozen=True, slots=True)
class Judgement:
    """The arbiter's reply: its marks, what they come to, and why."""

    outcome: Outcome
    reason: str
    marks: Marks

    @classmethod
    def from_reply(cls, value: object) -> Judgement:
        """Read a reply.

        Raises:
            BadInput: names the field.
        """
        reader = Reader(value, "judgement")
        found = cls(reader.word("outcome", Outcome), reader.text("reason", TEXT_MAX), _marks(reader))
        reader.done()
        return found


def _marks(reader: Reader) -> Marks:
    given: Mapping[str, Any] = reader.mapping("marks")
    marks = {}
    for item in RubricItem:
        mark = given.get(item.value)
        if isinstance(mark, bool) or not isinstance(mark, int) or not 0 <= mark <= MARK_MAX:
            raise BadInput("must be 0, 1 or 2", field=reader.at(f"marks.{item.value}"))
        marks[item] = mark
    if len(given) > len(marks):
        raise BadInput("has more than the rubric", field=reader.at("marks"))
    return marks
