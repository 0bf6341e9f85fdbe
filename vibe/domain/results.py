"""Results: what came of a proposal, told in a chat. Pure.

Source: SPEC section 2, issue "Ask once on Telegram" (results).
"""

from __future__ import annotations

from dataclasses import dataclass

from vibe.domain import taps
from vibe.domain.messages import Button, Message, plain
from vibe.domain.packet_effects import exact_effect
from vibe.domain.packets import Packet, WriteBlocks
from vibe.domain.questions import headline
from vibe.domain.taps import EvidenceWord, JudgeWord

QUOTES, QUOTE_LONG = 3, 240
FOR, AGAINST = "supports", "contradicts"


@dataclass(frozen=True, slots=True)
class Found:
    """One passage: word for word, where it stands, and what it says (`supports`, `contradicts`; empty: not judged)."""

    id: str
    quote: str
    file: str
    line: int | None
    stance: str = ""

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a proposal."""

    number: int
    title: str
    outcome: str
    failed: bool
    evidence: tuple[Found, ...]
    candidates: tuple[Found, ...]
    packet: Packet

    @property
    def short(self) -> str:
        """In one line."""
        return f"Result of {self.number}. {headline(self.title, 60)}: {self._said()}"

    def _said(self) -> str:
        return f"failed: {self.outcome}" if self.failed else self.outcome.replace("_", " ") or "done"

    def text(self, shown: tuple[Found, ...]) -> str:
        """The whole message; `shown` are the passages it quotes."""
        parts = [f"**Result of {self.number}. {plain(self.title)}**\nOutcome: **{plain(self._said())}**"]
        parts += [self._quoted(place, one) for place, one in enumerate(shown, start=1)]
        for_it = sum(one.stance == FOR for one in self.evidence)
        against = sum(one.stance == AGAINST for one in self.evidence)
        judge = f", {len(self.candidates)} for you to judge" if self.candidates else ""
        parts.append(f"For: {for_it}, against: {against}{judge}")
        return "\n\n".join([*parts, f"What changed: {plain(self._changed())}"])

    def _quoted(self, place: int, one: Found) -> str:
        stance = one.stance or "not judged yet"
        return f"{place}. {plain(one.place)} ({stance})\n> {plain(headline(one.quote, QUOTE_LONG))}"

    def _changed(self) -> str:
        if self.failed:
            return "nothing."
        if isinstance(self.packet, WriteBlocks):
            return headline(" ".join(exact_effect(self.packet)), 400)
        count = len(self.evidence)
        return (
            f"{count} piece{'' if count == 1 else 's'} of evidence on it now." if count else "no evidence was written."
        )


def result_message(result: Result) -> Message:
    """A result with the buttons of what it quotes: evidence first, then what waits for a person's word."""
    evidence = result.evidence[:QUOTES]
    shown = (*evidence, *result.candidates[: QUOTES - len(evidence)])
    rows = tuple(
        _evidence_row(place, one) if one.stance else _candidate_row(place, one)
        for place, one in enumerate(shown, start=1)
    )
    return Message(result.text(shown), rows)


def _evidence_row(place: int, one: Found) -> tuple[Button, ...]:
    return (
        Button(f"{place} Convincing", taps.evidence(one.id, EvidenceWord.CONVINCING)),
        Button(f"{place} Not convincing", taps.evidence(one.id, EvidenceWord.NOT_CONVINCING)),
    )


def _candidate_row(place: int, one: Found) -> tuple[Button, ...]:
    words = (("Supports", JudgeWord.SUPPORTS), ("Contradicts", JudgeWord.CONTRADICTS), ("Beside", JudgeWord.BESIDE))
    return tuple(Button(f"{place} {label}", taps.judge(one.id, word)) for label, word in words)
