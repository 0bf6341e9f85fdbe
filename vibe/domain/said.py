"""Said: what a person's message in a chat says, where it is more than words.

A command stands at the beginning of a message: `/approve_12`, `/reject_12 bad_approach too slow`, `/pause 2d`, in any
case, with or without `@BotName`; a bare number asks for details. Everything else is words. In a reply to a question all
is words: what looks like a command inside an answer decides nothing.

Source: document 003 sections 5 and 7, issue "Ask once on Telegram".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from vibe.domain.proposals import RejectionType
from vibe.domain.verdicts import Decision


class Order(StrEnum):
    """Commands of one word."""

    PENDING = "pending"
    STATUS = "status"
    GAPS = "gaps"
    RESUME = "resume"
    HELP = "help"
    START = "start"


@dataclass(frozen=True, slots=True)
class Decide:
    """Approve or reject; without a `number` it is about the message it replies to."""

    decision: Decision
    number: int | None
    rejection_type: RejectionType | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """Show everything about a proposal."""

    number: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause the loop, for a while or until told."""

    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """One of the words."""

    order: Order


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command there is none of; `why` says what is wrong where it is nearly one."""

    command: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Words: an answer or a remark."""

    text: str


Said: TypeAlias = Decide | Details | Pause | Ordered | Unknown | Words

_AT = r"(?:@\w+)?"
_DECIDE = re.compile(rf"/(approve|reject)(?:[_\s-]?([1-9]\d{{0,8}}))?{_AT}(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_COMMAND = re.compile(rf"/([a-z][a-z0-9_]*){_AT}(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"#?([1-9]\d{0,8})[.)]?")
_KIND = re.compile(r"(never|not[\s_-]now|bad[\s_-]approach)\b[\s:,.;–—-]*", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,4})\s*([mhdw])\w*", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST_PAUSE = timedelta(days=366)


def looks_like_command(text: str) -> bool:
    """Whether it begins as a command does."""
    return _COMMAND.fullmatch(text.strip()) is not None or text.strip().startswith("/")


def read_said(text: str, *, in_answer: bool = False) -> Said:
    """Read a message; `in_answer`: it replies to a question, so it is words."""
    said = text.strip()
    if in_answer:
        return Words(said)
    number = _NUMBER.fullmatch(said)
    if number:
        return Details(int(number.group(1)))
    decided = _DECIDE.fullmatch(said)
    if decided:
        return _read_decision(decided)
    command = _COMMAND.fullmatch(said)
    return _read_order(command.group(1).lower(), (command.group(2) or "").strip()) if command else Words(said)


def _read_decision(found: re.Match[str]) -> Said:
    decision = Decision(found.group(1).lower())
    number = int(found.group(2)) if found.group(2) else None
    rest = (found.group(3) or "").strip()
    if decision is Decision.APPROVE:
        return Decide(decision, number, reason=rest)
    kind = _KIND.match(rest)
    if kind is None:
        return Decide(decision, number, RejectionType.NOT_NOW, rest)
    word = re.sub(r"[\s-]", "_", kind.group(1).lower())
    return Decide(decision, number, RejectionType(word), rest[kind.end() :].strip())


def _read_order(word: str, rest: str) -> Said:
    if word == "pause":
        return _read_pause(rest)
    try:
        return Ordered(Order(word))
    except ValueError:
        return Unknown(f"/{word}")


def _read_pause(rest: str) -> Said:
    if not rest:
        return Pause()
    found = _TIME.fullmatch(rest)
    if found is None:
        return Unknown("/pause", f"{rest[:20]!r} is no time; write /pause, /pause 4h or /pause 2d")
    lasts = timedelta(**{_UNITS[found.group(2).lower()]: int(found.group(1))})
    if not timedelta(0) < lasts <= LONGEST_PAUSE:
        return Unknown("/pause", "a pause lasts a year at most")
    return Pause(lasts)
