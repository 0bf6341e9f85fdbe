"""Facts: what the graph knows that stands against a proposal: bans, absences, what was done, limits. Pure.

A fact stands against a proposal only where both are about the same thing: where the title names a good part of what the
fact names. What the gap itself is about is named by every proposal for it and counts for little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vibe.edges.models.signs import INSTEAD, REUSES
from vibe.edges.models.texts import telling


class Against(StrEnum):
    """How a fact stands against a proposal."""

    BANNED = "it is not allowed"
    ABSENT = "what it builds on is not there"
    DONE = "it was done already"
    OVER = "it goes beyond a limit"


@dataclass(frozen=True, slots=True)
class Objection:
    """A fact that stands against a proposal, and why it is taken to be about the same."""

    how: Against
    fact: str
    why: str


@dataclass(frozen=True, slots=True)
class Said:
    """A proposal as facts are held against it."""

    title: str
    content: str
    gap: frozenset[str]

    @property
    def everything(self) -> str:
        """Title and content."""
        return f"{self.title}. {self.content}"


_BAN = re.compile(
    r"\b(?:may not|must not|mustn't|shall not|do not|don't|does not (?:allow|permit|want)|not (?:be )?(?:allowed|"
    r"permitted|acceptable|an option)|"
    r"forb[ia]d\w*|prohibit\w*|bans?\b|banned|rul(?:ed|es) out|decided against|was rejected|were rejected|"
    r"been rejected|turned down|dropped|abandoned|discarded|"
    r"will not|won't|refus\w+|can ?not|can't|no budget for|vetoed|unlawful|illegal|breach|were promised|was promised|"
    r"is frozen|under (?:an )?embargo|never again|no (?:new|further|more) \w+)\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:on leave|booked out|fully booked|sold out|bankrupt|insolven\w+|out of (?:stock|order|service)|"
    r"no longer|has no\b|have no\b|"
    r"lacks?\b|fell ill|is ill|on sick leave|resigned|has left|have left|left the (?:company|project|team)|"
    r"retired|closed (?:down|until|since)|"
    r"is closed|unavailable|not available|broken|out of business|discontinued|expired|was cancelled|were cancelled|"
    r"is away|quit\b|dismantled|does not (?:have|exist|support)|do not have|not licensed|ended its|went out)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:already|ago|yesterday|last (?:year|month|week|spring|summer|autumn|winter|quarter|september|january|"
    r"february|march|april|"
    r"may|june|july|august|october|november|december)|in (?:19|20)\d\d|in (?:january|february|march|april|june|"
    r"july|august|september|october|november|december)|since (?:last|(?:19|20)\d\d)|completed|finished|"
    r"(?:is|are|was|were) done|has stood|in place since|was delivered|has been (?:run|held|made|built|measured|"
    r"tested|surveyed))\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:budget|at most|up to|not more than|no more than|cap(?:ped)?\b|limit(?:ed)?|left|set aside|available|"
    r"remain\w*|allows?|ceiling|"
    r"maximum|given|granted|reserve|may (?:spend|sign))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?P<sign>[$€£])?\s?(?P<number>\d[\d,.]*\d|\d)\s?(?P<scale>million|billion|thousand|mn|bn|m\b|k\b)?\s?"
    r"(?P<unit>USD|EUR|GBP|DKK|SEK|NOK|CHF|euros?|dollars?|pounds?|kroner)?",
    re.IGNORECASE,
)
_UNITS = {"$": "usd", "€": "eur", "£": "gbp", "euro": "eur", "dollar": "usd", "pound": "gbp", "kroner": "dkk"}
_SCALES = {"million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "thousand": 1e3, "k": 1e3}
_THRESHOLD = re.compile(
    r"(?:at least|below|above|under|more than|less than|fewer than|worth|save[sd]?|earn\w*|revenue|budget of|"
    r"insured?|of the)\s*"
    r"(?:a |the )?\s*$",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SMALL = {word: number for number, word in enumerate("zero one two three four five six seven eight nine ten".split())}
_WAIT = re.compile(
    r"\b(?:within|wait(?:s|ing)?(?: for)?(?: the)?|after|takes?|for the|in)\s+(?P<n>\d+|one|two|three|four|five|"
    r"six|seven|eight|nine|ten)"
    r"[- ](?P<unit>day|week|month|year)s?\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:starts?|begins?|due|opens?|closes?|ends?|expires?|deadline|needed|must)\b[^.;]{0,40}?\bin (?P<n>\d+|"
    r"one|two|three|four|five|"
    r"six|seven|eight|nine|ten)(?:[- ](?P<unit>day|week|month|year)s?)?",
    re.IGNORECASE,
)
_CUE_WORDS = telling(
    """allowed permitted forbids forbid prohibited banned rejected refused promised cannot leave booked sold bankrupt
    ill resigned closed unavailable broken cancelled already completed finished done went fell gone last year month week
    ago decided yesterday run ran existing since january february march april may june july august september october
    november december dropped another"""
)
"""Words that make the cue: they tell nothing about what a fact is about."""
_TITLE_SHARE = {Against.BANNED: 0.3, Against.ABSENT: 0.4, Against.DONE: 0.4}
_WHOLE_SHARE = 0.6


def objections(said: Said, facts: Iterable[str]) -> list[Objection]:
    """The facts that stand against a proposal, in their order."""
    found = []
    for fact in facts:
        one = (
            _over(said, fact)
            or _too_late(said, fact)
            or next(filter(None, (_clause(said, c) for c in _clauses(fact))), None)
        )
        if one is not None:
            found.append(one)
    return found


def _clauses(fact: str) -> list[str]:
    return [
        part.strip() for part in re.split(r"(?<=[.;])\s+|;\s*|, but |, (?=its |her |his |their )", fact) if part.strip()
    ]


def _clause(said: Said, clause: str) -> Objection | None:
    for how, cue in ((Against.BANNED, _BAN), (Against.ABSENT, _ABSENT), (Against.DONE, _DONE)):
        met = cue.search(clause)
        if met and _is_about(said, clause, how) and not _keeps_clear(said, how):
            return Objection(how, clause, f"“{met.group()}”")
    return None


def _keeps_clear(said: Said, how: Against) -> bool:
    if how is Against.DONE:
        return bool(REUSES.search(said.title))
    return bool(INSTEAD.search(said.title))


def _is_about(said: Said, clause: str, how: Against) -> bool:
    """Whether the title names a good part of what the clause names, beyond what the gap names anyway."""
    named = telling(clause) - _CUE_WORDS
    own = named - said.gap
    title = telling(said.title)
    shared = named & title
    if len(shared) >= 2 and len(shared) >= _TITLE_SHARE[how] * len(named) and (own & title or not own):
        return True
    if how is Against.ABSENT and len(shared) >= _WHOLE_SHARE * len(named) and (len(shared) > 1 or len(named) == 1):
        return True  # it names what is not there, whether or not the gap does
    whole = telling(said.everything)
    return (
        how is Against.BANNED
        and len(named) >= 2
        and len(own & whole) > 0
        and len(named & whole) >= _WHOLE_SHARE * len(named)
    )


def _amounts(text: str) -> list[tuple[float, str, int]]:
    """Sums of money: value, currency, where they begin."""
    found = []
    for match in _MONEY.finditer(text):
        sign, unit = match["sign"], (match["unit"] or "").lower()
        if not sign and not unit:
            continue
        currency = _UNITS.get(sign or unit.rstrip("s"), unit)
        digits = match["number"].rstrip(".,")
        whole = re.sub(r"[,.](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
        try:
            value = float(whole) * _SCALES.get((match["scale"] or "").lower(), 1.0)
        except ValueError:
            continue
        found.append((value, currency, match.start()))
    return found


def _over(said: Said, fact: str) -> Objection | None:
    """Whether it would spend more than a fact leaves."""
    if not _LIMIT.search(fact):
        return None
    limits = {currency: value for value, currency, _ in _amounts(fact)}
    text = said.everything
    for value, currency, at in _amounts(text):
        spends = not _THRESHOLD.search(text[:at])
        if spends and currency in limits and value > limits[currency]:
            return Objection(Against.OVER, fact, f"{value:,.0f} {currency.upper()} against {limits[currency]:,.0f}")
    return None


def _days(number: str, unit: str | None, otherwise: str) -> float:
    count = _SMALL.get(number.lower()) if not number.isdigit() else int(number)
    return float(count or 0) * _DAYS[(unit or otherwise).lower()]


def _too_late(said: Said, fact: str) -> Objection | None:
    """Whether it takes longer than a fact leaves; a bare number takes the unit named before it in the fact."""
    due = _DUE.search(fact)
    if due is None:
        return None
    unit = re.search(r"\b(day|week|month|year)s?\b", fact)
    if due["unit"] is None and unit is None:
        return None
    left = _days(due["n"], due["unit"], unit.group(1) if unit else "day")
    for match in _WAIT.finditer(said.everything):
        if _days(match["n"], match["unit"], "day") > left:
            return Objection(Against.OVER, fact, f"“{match.group()}” is longer than that")
    return None
