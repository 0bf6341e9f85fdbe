"""Taps: what a button carries back when it is tapped, as short text, and how it is read.

One letter of the kind, then its fields, with `:` between them: `a:12:9f3ac1d04e77` approves version 9f3ac1... of
proposal 12. Nothing is remembered beside the text, so a button works after any restart. The digest in it only tells
versions apart; what an approval binds to is compared in full, from the message the button stands in.

Source: SPEC sections 2 and 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from vibe.domain.errors import BadInput

MOST_BYTES = 64
DIGEST_SHOWN = 12
ID_SHOWN = 8


class TapKind(StrEnum):
    """What a tap asks for; the comment shows its fields."""

    APPROVE = "a"  # number, digest
    APPROVE_SURELY = "y"  # number, digest: the second tap, where it cannot be undone
    REJECT = "r"  # number, why (RejectWhy), digest
    LATER = "l"  # number, until (LaterUntil)
    DETAILS = "d"  # number
    CANCEL = "c"  # number
    ALLOW = "w"  # number
    OPTION = "o"  # question, letter
    EVIDENCE = "v"  # evidence, EvidenceWord
    JUDGE = "j"  # candidate, JudgeWord
    GAP = "g"  # gap, GapWord
    REMARK = "m"  # remark, RemarkWord
    TICKET = "k"  # ticket, TicketWord
    SAMPLE = "s"  # number, SampleWord
    PREFERENCE = "p"  # preference, PreferenceWord
    TEST = "t"  # nothing: the last step of pairing


class RejectWhy(StrEnum):
    """Why a proposal is rejected; `ASK` opens the row of reasons, `SAY` asks for words."""

    ASK = ""
    NOT_NOW = "n"
    BAD_APPROACH = "b"
    NEVER = "v"
    SAY = "w"


class LaterUntil(StrEnum):
    """Until when an item is put off; `ASK` opens the row of times."""

    ASK = ""
    AN_HOUR = "h"
    TONIGHT = "e"
    TOMORROW = "m"
    WORKING_DAY = "d"


class EvidenceWord(StrEnum):
    """Whether a found passage convinces."""

    CONVINCING = "+"
    NOT_CONVINCING = "-"


class JudgeWord(StrEnum):
    """What a candidate says about its claim."""

    SUPPORTS = "s"
    CONTRADICTS = "c"
    BESIDE = "b"


class GapWord(StrEnum):
    """What a person says about a gap; `ACCEPT` opens the row of dates, `ACCEPT_TO` asks for one."""

    EVIDENCE = "e"
    ACCEPT = "a"
    ACCEPT_MONTH = "m"
    ACCEPT_QUARTER = "q"
    ACCEPT_TO = "t"
    NOISE = "n"


class RemarkWord(StrEnum):
    """What becomes of a remark."""

    REDO = "r"
    REJECT = "j"
    NOTE = "n"


class TicketWord(StrEnum):
    """How a ticket ends; `DONE` and `RETURN` ask for words."""

    DONE = "d"
    ACCEPT = "a"
    RETURN = "r"
    TAKE_OVER = "t"
    SKIP = "s"
    RETRY = "y"


class SampleWord(StrEnum):
    """Whether a filtered proposal was rightly dropped."""

    RIGHT = "r"
    WRONG = "w"


class PreferenceWord(StrEnum):
    """Whether what was inferred is a standing preference."""

    YES = "y"
    NO = "n"


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button asks for; `about` is a proposal's number or an id's beginning, `word` a choice."""

    kind: TapKind
    about: str = ""
    word: str = ""
    digest: str = ""

    @property
    def number(self) -> int:
        """The proposal's number."""
        return int(self.about)


_WITH_NUMBER = frozenset("ayrldcws")
_BY_BEGINNING = frozenset("vjgp")
"""Whose ids are digests; those of questions and remarks begin with the time and are written whole."""
_WITH_DIGEST = frozenset("ayr")
_WORDS: dict[TapKind, frozenset[str]] = {
    TapKind.REJECT: frozenset(RejectWhy),
    TapKind.LATER: frozenset(LaterUntil),
    TapKind.OPTION: frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    TapKind.EVIDENCE: frozenset(EvidenceWord),
    TapKind.JUDGE: frozenset(JudgeWord),
    TapKind.GAP: frozenset(GapWord),
    TapKind.REMARK: frozenset(RemarkWord),
    TapKind.TICKET: frozenset(TicketWord),
    TapKind.SAMPLE: frozenset(SampleWord),
    TapKind.PREFERENCE: frozenset(PreferenceWord),
}
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DIGEST = re.compile(r"[0-9a-f]{6,64}")


def encode(tap: Tap) -> str:
    """Write a tap as a button's data; digests, and ids that are digests, are cut short.

    Raises:
        BadInput: a field that no button may carry.
    """
    parts: list[str] = [tap.kind.value]
    if tap.kind is not TapKind.TEST:
        parts.append(tap.about[:ID_SHOWN] if tap.kind in _BY_BEGINNING else tap.about)
    if tap.kind in _WORDS:
        parts.append(tap.word)
    if tap.kind in _WITH_DIGEST:
        parts.append(tap.digest[:DIGEST_SHOWN])
    data = ":".join(parts)
    decode(data)
    return data


def decode(data: str) -> Tap:
    """Read a button's data.

    Raises:
        BadInput: no button of ours carries this.
    """
    letter, *fields = data.split(":")
    try:
        kind = TapKind(letter)
    except ValueError:
        raise _unknown(data) from None
    named = [*([] if kind is TapKind.TEST else ["about"]), *(["word"] if kind in _WORDS else [])]
    named += ["digest"] if kind in _WITH_DIGEST else []
    if len(named) != len(fields) or len(data.encode()) > MOST_BYTES:
        raise _unknown(data)
    found = dict(zip(named, fields, strict=True))
    if not all(_allows(kind, name, value) for name, value in found.items()):
        raise _unknown(data)
    return Tap(kind, **found)


def _allows(kind: TapKind, name: str, value: str) -> bool:
    if name == "word":
        return value in _WORDS[kind]
    shape = _DIGEST if name == "digest" else _NUMBER if kind in _WITH_NUMBER else _ID
    return shape.fullmatch(value) is not None


def _unknown(data: str) -> BadInput:
    return BadInput(f"no button carries {data[:MOST_BYTES]!r}", field="callback_data")


def approve(number: int, digest: str) -> str:
    """Approve this version."""
    return encode(Tap(TapKind.APPROVE, str(number), digest=digest))


def approve_surely(number: int, digest: str) -> str:
    """Approve this version, whose effect cannot be undone and was just named."""
    return encode(Tap(TapKind.APPROVE_SURELY, str(number), digest=digest))


def reject(number: int, digest: str, why: RejectWhy = RejectWhy.ASK) -> str:
    """Reject this version; without a reason the row of reasons is opened."""
    return encode(Tap(TapKind.REJECT, str(number), why.value, digest))


def later(number: int, until: LaterUntil = LaterUntil.ASK) -> str:
    """Put off; without a time the row of times is opened."""
    return encode(Tap(TapKind.LATER, str(number), until.value))


def details(number: int) -> str:
    """Show everything about a proposal."""
    return encode(Tap(TapKind.DETAILS, str(number)))


def cancel(number: int) -> str:
    """Take an approval back."""
    return encode(Tap(TapKind.CANCEL, str(number)))


def allow(number: int) -> str:
    """Always allow what this proposal does."""
    return encode(Tap(TapKind.ALLOW, str(number)))


def option(question: str, letter: str) -> str:
    """Answer a question with an option."""
    return encode(Tap(TapKind.OPTION, question, letter))


def evidence(identity: str, word: EvidenceWord) -> str:
    """Say whether evidence convinces."""
    return encode(Tap(TapKind.EVIDENCE, identity, word.value))


def judge(candidate: str, word: JudgeWord) -> str:
    """Say what a candidate says about its claim."""
    return encode(Tap(TapKind.JUDGE, candidate, word.value))


def mark(gap: str, word: GapWord) -> str:
    """Say something about a gap."""
    return encode(Tap(TapKind.GAP, gap, word.value))


def remark(identity: str, word: RemarkWord) -> str:
    """Say what becomes of a remark."""
    return encode(Tap(TapKind.REMARK, identity, word.value))


def ticket(identity: str, word: TicketWord) -> str:
    """Say how a ticket ends."""
    return encode(Tap(TapKind.TICKET, identity, word.value))


def sample(number: int, word: SampleWord) -> str:
    """Say whether a filtered proposal was rightly dropped."""
    return encode(Tap(TapKind.SAMPLE, str(number), word.value))


def preference(identity: str, word: PreferenceWord) -> str:
    """Say whether what was inferred is a standing preference."""
    return encode(Tap(TapKind.PREFERENCE, identity, word.value))


def test_button() -> str:
    """The last step of pairing."""
    return encode(Tap(TapKind.TEST))
