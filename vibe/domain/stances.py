"""Stances by a model: what its replies may say, and when two of them are sure enough to be written.

A passage is judged twice, in two wordings; it counts only where both say the same, neither is unsure, and the words
that are said to decide stand in the passage. Everything else stays a candidate for a person.

Source: issue 5 (Judging passages), EVIDENCE.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from vibe.domain.debates import TEXT_MAX
from vibe.domain.packet_ops import Reader
from vibe.domain.proposals import Sureness
from vibe.domain.research import Stance

TELLING = frozenset({Stance.SUPPORTS, Stance.CONTRADICTS})


@dataclass(frozen=True, slots=True)
class StanceReply:
    """One judgement: the stance, how sure, and the words of the passage that decide."""

    stance: Stance
    certainty: Sureness
    words: str = ""

    @classmethod
    def from_reply(cls, value: object) -> StanceReply:
        """Read a reply.

        Raises:
            BadInput: names the field.
        """
        reader = Reader(value, "stance")
        found = cls(
            reader.word("stance", Stance),
            reader.word("certainty", Sureness),
            reader.text("words", TEXT_MAX, default=""),
        )
        reader.done()
        return found

    def holds_in(self, passage: str) -> bool:
        """Whether it is sure, and its deciding words stand in the passage, letter case and spaces aside."""
        words = _plainly(self.words).strip(".,;:!?\"'“”‘’")
        return self.certainty is not Sureness.LOW and len(words.split()) >= 2 and words in _plainly(passage)


def _plainly(text: str) -> str:
    return " ".join(text.replace("*", "").replace("`", "").casefold().split())


@dataclass(frozen=True, slots=True)
class Agreed:
    """What two judgements come to: a stance, and whether it is sure enough to be written."""

    stance: Stance
    sure: bool
    words: str = ""


def agreed(one: StanceReply, other: StanceReply, passage: str) -> Agreed | None:
    """The stance of both, or None where they differ."""
    if one.stance is not other.stance:
        return None
    sure = one.stance in TELLING and one.holds_in(passage) and other.holds_in(passage)
    return Agreed(one.stance, sure, one.words)
