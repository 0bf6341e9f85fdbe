"""Preferences: what a person always wants, as far as their own words or decisions say so plainly. Pure.

Two ways to tell: the words of a remark or of a reason for a rejection, and decisions that all went one way. A sentence
about one case ("this one", "for now") is no standing preference, nor is a question. What is unsure is not inferred: a
person is asked about each, and one that is wrong costs more than one that is missed.

Source: issue 5 (Learning), document 000 (preemptive calibration).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SORT = "standing preference"
"""The `sort` of the Knowledge blocks that hold them."""
REJECTED_LEAST, OTHERS_LEAST = 5, 3
MOST_WORDS = 40


class Wish(StrEnum):
    """Preferences that rules can follow; `SAID` is any other, which is handed on in its own words."""

    NO_PAID = "no_paid"
    OWN_DOCUMENTS = "own_documents"
    SHORT = "short"
    FIND_OUT_FIRST = "find_out_first"
    ASK_FIRST = "ask_first"
    AVOID = "avoid"  # with `avoid:NAME=VALUE`: proposals that have this
    SAID = "said"


STATEMENTS = {
    Wish.NO_PAID: "No paid tools or services",
    Wish.OWN_DOCUMENTS: "Look into our own documents first",
    Wish.SHORT: "Keep it short",
    Wish.FIND_OUT_FIRST: "Find out by yourself before asking me",
    Wish.ASK_FIRST: "Ask me before looking elsewhere",
}


class PreferenceStatus(StrEnum):
    """Where one stands; only an active one counts."""

    INFERRED = "inferred"
    ACTIVE = "active"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Inferred:
    """One that was inferred: its key (the same again is the same preference), what it says, the words it is from."""

    key: str
    statement: str
    quote: str = ""


_THINGS = (
    r"(?:tools?|services?|software|subscriptions?|saas|apps?|apis?|databases?|platforms?|licen[cs]es|plugins?|products)"
)
_OWN = r"\b(?:our|my) own (?:documents?|files|notes|reports|papers|sources|material|records|data)\b"
_TEXTS = r"(?:proposals|messages|texts|summaries|digests)"
_PATTERNS: Mapping[Wish, re.Pattern[str]] = {
    wish: re.compile("|".join(patterns), re.IGNORECASE)
    for wish, patterns in {
        Wish.NO_PAID: [
            rf"\b(?:no|never|avoid|without|not)\b[^.!?;]{{0,30}}\b(?:paid|commercial|paying)\b[^.!?;]{{0,20}}\b{_THINGS}\b",
            rf"\b(?:don't|not|never|won't)\s+(?:want to )?(?:pay|spend money) (?:for|on)\b[^.!?;]{{0,20}}\b{_THINGS}\b",
            rf"\b(?:only|nothing but|just)\b[^.!?;]{{0,20}}\b(?:free|open[- ]source)\b[^.!?;]{{0,20}}\b{_THINGS}\b",
            rf"\b(?:free|open[- ]source)\s+{_THINGS}\s+only\b",
        ],
        Wish.OWN_DOCUMENTS: [
            rf"\b(?:use|check|search|read|look|start)\b[^.!?;]{{0,20}}{_OWN}[^.!?;]{{0,30}}\b(?:first|before|instead|rather)\b",
            rf"\b(?:always|prefer|first|rather)\b[^.!?;]{{0,30}}{_OWN}",
        ],
        Wish.SHORT: [
            rf"\bkeep (?:it|them|things|(?:the |your |all )?{_TEXTS})\s+(?:short|shorter|brief|concise)\b",
            r"\b(?:please be|be more) (?:brief|concise)\b",
            r"\b(?:too (?:wordy|verbose|long-winded)|too long to read)\b",
            rf"\b(?:shorter|briefer) {_TEXTS}\b",
            rf"\b{_TEXTS} (?:are|get) (?:much |far |way )?too long\b",
        ],
        Wish.FIND_OUT_FIRST: [
            r"\b(?:find out|look (?:it|this|things) up|check|search)\b[^.!?;]{0,20}\bbefore (?:you ask|asking) me\b",
            r"\b(?:not|don't|stop)\b[^.!?;]{0,10}\bask(?:ing)? me\b[^.!?;]{0,25}\byou can (?:find|look|check|search)\b",
        ],
        Wish.ASK_FIRST: [
            r"\b(?:always|please) ask me (?:first|before (?:you|looking|searching|researching|starting)\b)",
            r"\b(?:never|do not|don't) (?:research|search|look|start)\b[^.!?;]{0,25}\b(?:before|without) asking me\b",
        ],
    }.items()
}
_ONE_CASE = re.compile(
    r"\b(?:this (?:one|time|case|proposal|task|week|month|supplier)|that one|for now|today|right now|just here|in this "
    r"case|the (?:first|second|third|other|latter|former) (?:one|option))\b",
    re.IGNORECASE,
)
_STANDING = re.compile(
    r"^(?:please\s+)?(?:from now on|"
    r"in (?:the )?future(?!\s+(?:years?|months?|weeks?|releases?))|"
    r"going forward|as a rule|always(?=\s+\w+)|"
    r"never(?!\s+(?:mind|again|heard|ever|agreed|thought|got|had|was|been|saw|said|works?|worked|seen|happened|a|the)\b)"
    r"(?=\s+\w+)|"
    r"(?:i|we)\s+(?:always\s+|generally\s+)?prefer\b(?!\s+(?:that|this|it|option|the\s+\w+\s+(?:one|option)|[a-e]\b)))",
    re.IGNORECASE,
)
_NO_RULE = re.compile(
    r"^(?:please\s+)?always\s+(?:a|the|been|was|is|good|nice|wanted|thought|liked|had)\b", re.IGNORECASE
)


def sentences(text: str) -> list[str]:
    """The sentences of a message, in order."""
    return [part.strip() for part in re.split(r"(?<=[.!?;])\s+|\n+", text) if part.strip()]


def from_words(text: str) -> list[Inferred]:
    """What a person's words say about what they always want; what is about one case alone says nothing."""
    found: dict[str, Inferred] = {}
    for sentence in sentences(text):
        if sentence.endswith("?") or _ONE_CASE.search(sentence) or len(sentence.split()) > MOST_WORDS:
            continue
        wishes = [wish for wish, pattern in _PATTERNS.items() if pattern.search(sentence)]
        for wish in wishes:
            found.setdefault(wish.value, Inferred(wish.value, STATEMENTS[wish], sentence))
        if not wishes and _is_standing(sentence):
            words = " ".join(sentence.rstrip(".! ").split())
            key = f"{Wish.SAID}:{words.lower()}"
            found.setdefault(key, Inferred(key, words[:1].upper() + words[1:], sentence))
    return list(found.values())


def _is_standing(sentence: str) -> bool:
    return len(sentence.split()) > 2 and bool(_STANDING.search(sentence)) and not _NO_RULE.search(sentence)


FEATURES = {"proposal_type": "{value} proposals", "effort": "proposals of {value} effort"}
"""What decisions are looked through for, and how it is called."""


@dataclass(frozen=True, slots=True)
class FromDecisions:
    """A preference inferred from decisions, with the proposals that show it."""

    inferred: Inferred
    proposals: tuple[str, ...]


def from_decisions(rows: Sequence[Mapping[str, Any]]) -> list[FromDecisions]:
    """What decisions say that all went one way: at least five of a kind rejected, none approved, three others approved.

    `rows`: `learning/decided`, the last first. "Not now" is about time, so it counts neither way.
    """
    decided = [row for row in rows if row["rejection_type"] != "not_now"]
    found = []
    for name, form in FEATURES.items():
        for value in sorted({str(row[name]) for row in decided if row[name]}):
            such = [row for row in decided if row[name] == value]
            others = [row for row in decided if row[name] != value and row["outcome"] == "approved"]
            rejected = [row for row in such if row["outcome"] == "rejected"]
            if len(rejected) == len(such) >= REJECTED_LEAST and len(others) >= OTHERS_LEAST:
                what = form.format(value=value)
                quote = f"{len(such)} of {len(such)} {what} rejected, {len(others)} others approved"
                one = Inferred(f"{Wish.AVOID}:{name}={value}", f"No {what}", quote)
                found.append(FromDecisions(one, tuple(row["proposal"] for row in rejected)))
    return found


_PAYS = re.compile(
    rf"\b(?:paid|commercial|subscribe|buy|purchase|pay for)\b[^.!?;]{{0,40}}\b{_THINGS}\b", re.IGNORECASE
)
SHORT_CHARACTERS = 280


def against(keys: Iterable[str], draft: Mapping[str, Any]) -> str | None:
    """The key of the preference a draft goes against, as far as rules can tell; None: none."""
    for key in keys:
        name, _, feature = key.partition(":")
        field, _, value = feature.partition("=")
        if name == Wish.AVOID and str(draft.get(field)) == value:
            return key
        if name == Wish.NO_PAID and _PAYS.search(f"{draft.get('title', '')}. {draft.get('content', '')}"):
            return key
    return None


def ordered(keys: Iterable[str], packets: Sequence[str]) -> list[str]:
    """Kinds of packet in the order a person prefers them; the given order where they prefer none."""
    wanted = set(keys)
    first = ""
    if wanted & {Wish.FIND_OUT_FIRST, Wish.OWN_DOCUMENTS}:
        first = "research"
    if Wish.ASK_FIRST in wanted:
        first = "ask"
    return sorted(packets, key=lambda packet: packet != first) if first else list(packets)


def shortened(text: str) -> str:
    """The first sentences that fit in a short text; at least one."""
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if kept and len(longer) > SHORT_CHARACTERS:
            break
        kept = longer
    return kept
