"""Gaps: what the graph lacks, how bad that is, and which moves a gap makes. Pure.

Source: SPEC section 2, document 003 section 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vibe.domain.errors import BadInput, IllegalMove
from vibe.domain.identities import GapId, derived_id


class GapStatus(StrEnum):
    """Where a gap stands."""

    OPEN = "open"
    PROPOSED = "proposed"  # an open proposal addresses it
    CLOSED = "closed"  # looked for and not found any more
    SUPPRESSED = "suppressed"  # a person does not want to hear of it, for a time or for good


MOVES: Mapping[GapStatus, frozenset[GapStatus]] = {
    GapStatus.OPEN: frozenset({GapStatus.PROPOSED, GapStatus.CLOSED, GapStatus.SUPPRESSED}),
    GapStatus.PROPOSED: frozenset({GapStatus.OPEN, GapStatus.CLOSED, GapStatus.SUPPRESSED}),
    GapStatus.SUPPRESSED: frozenset({GapStatus.OPEN}),
    GapStatus.CLOSED: frozenset({GapStatus.OPEN}),
}
LIVE = (GapStatus.OPEN, GapStatus.PROPOSED)


def check_move(current: str, wanted: GapStatus) -> None:
    """Let a legal move pass.

    Raises:
        IllegalMove: there is no such row in the table.
    """
    if wanted not in MOVES[GapStatus(current)]:
        raise IllegalMove("gap", current, wanted)


class Severity(StrEnum):
    """How bad a gap is."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Mark(StrEnum):
    """What a person says about a gap itself."""

    EVIDENCE = "evidence"  # I have evidence
    ACCEPT = "accept"  # I accept the risk until a date
    NOISE = "noise"  # not a gap; counts against accuracy
    REAL = "real"  # it is one after all: takes accept and noise back


BASE: Mapping[Severity, int] = {Severity.CRITICAL: 80, Severity.HIGH: 60, Severity.MEDIUM: 40, Severity.LOW: 20}
"""Points a rule starts at."""
LEAST: Mapping[Severity, int] = {Severity.CRITICAL: 75, Severity.HIGH: 55, Severity.MEDIUM: 35, Severity.LOW: 0}
"""Points from which on a gap is that severe."""
_REACH = ((100, 12), (20, 9), (5, 6), (1, 3))
_AGE = ((timedelta(days=180), 3), (timedelta(days=90), 2), (timedelta(days=30), 1))
_PRIORITY = {"P0": 10, "P1": 5}
_GOAL = 5
_FLOOR = {grade.value: BASE[grade] for grade in (Severity.CRITICAL, Severity.HIGH)}


@dataclass(frozen=True, slots=True)
class Facts:
    """What severity and words need to know about the block a gap is about.

    `reach` counts blocks that lean or rest on it, at most 100 each way; `grade` is the plan's own word for its weight.
    """

    title: str
    kind: str = ""
    plan: str | None = None
    grade: str = ""
    priority: str = ""
    created_at: datetime | None = None
    reach: int = 0
    bears_on_goal: bool = False


def score_of(base: Severity, facts: Facts, now: datetime) -> int:
    """Points 0..100: the rule's base or the plan's own grade, whichever is more, and what raises it; never less."""
    floor = _FLOOR.get(facts.grade.strip().lower(), 0)
    raised = next((points for least, points in _REACH if facts.reach >= least), 0)
    raised += next((points for age, points in _AGE if _age(facts, now) >= age), 0)
    raised += _PRIORITY.get(facts.priority.upper(), 0) + (_GOAL if facts.bears_on_goal else 0)
    return min(100, max(BASE[base], floor) + raised)


def severity_of(score: int) -> Severity:
    """The word for a score."""
    return next(severity for severity, least in LEAST.items() if score >= least)


def older_at(facts: Facts, now: datetime) -> datetime | None:
    """When age alone will raise the score next; None when it will not."""
    if facts.created_at is None:
        return None
    steps = [facts.created_at + age for age, _ in reversed(_AGE)]
    return next((step for step in steps if step > now), None)


def _age(facts: Facts, now: datetime) -> timedelta:
    return now - facts.created_at if facts.created_at else timedelta()


_BASE_SEVERITY = re.compile(r"\s*([a-z_]+)\s*,\s*base severity (critical|high|medium|low)\s*")
_FIELDS = {"title": "", "kind": "", "others": ""}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its folder's name, the type of its gaps, where severity starts, and its words.

    `says` describes a gap in a sentence, from `{title}`, `{kind}` and `{others}` (the other related blocks);
    `says_others` is used where there are others. `kinds` are the kinds of blocks whose change can touch it, empty is
    any.
    """

    name: str
    type: str
    base: Severity
    says: str
    says_others: str
    why: str
    action: str
    kinds: frozenset[str] = frozenset()

    @classmethod
    def read(cls, name: str, test: Mapping[str, str], touched: Mapping[str, str]) -> Rule:
        """Read a rule from the headers of its test and of its touched query.

        Raises:
            BadInput: a line is missing, or is not in the form that docs/rules.md shows.
        """
        file = f"cypher/gaps/{name}/test.cypher"
        for line in ("gap", "says", "why", "action"):
            if not test.get(line):
                raise BadInput("a rule's test needs this header line", file=file, field=line)
        found = _BASE_SEVERITY.fullmatch(test["gap"])
        if not found:
            raise BadInput("write: <type>, base severity <critical, high, medium or low>", file=file, field="gap")
        says, others = test["says"], test.get("says_others", test["says"])
        for text in (says, others):
            _check_sentence(text, file)
        kinds = {part.strip() for part in touched.get("kinds", "any").split(",")} - {"any", ""}
        base = Severity(found.group(2))
        return cls(name, found.group(1), base, says, others, test["why"], test["action"], frozenset(kinds))

    def describe(self, facts: Facts, others: Sequence[str] = ()) -> str:
        """Say in plain words what is missing; `others` are titles."""
        said = self.says_others if others else self.says
        return said.format(title=_short(facts.title), kind=facts.kind.lower(), others=_listed(others))

    def is_touched_by(self, kinds: Iterable[str]) -> bool:
        """Whether a change of blocks of these kinds can touch it."""
        return not self.kinds or bool(self.kinds.intersection(kinds))


def _check_sentence(text: str, file: str) -> None:
    try:
        text.format(**_FIELDS)
    except (KeyError, IndexError, ValueError) as error:
        raise BadInput("only {title}, {kind} and {others} can be filled in", file=file, field="says") from error


def _short(title: str, most: int = 160) -> str:
    words = " ".join(title.split())
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"


def _listed(titles: Sequence[str], most: int = 3) -> str:
    named = [f'"{_short(title, 80)}"' for title in titles[:most]]
    more = [f"{len(titles) - most} more"] if len(titles) > most else []
    parts = named + more
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


@dataclass(frozen=True, slots=True)
class Found:
    """A gap as a rule finds it: the first related block is what it is about, the others follow in the order of ids."""

    rule: str
    related: tuple[str, ...]

    @classmethod
    def of(cls, rule: str, related: Sequence[str]) -> Found:
        """Put related blocks into their order, each once."""
        first, *others = related
        return cls(rule, (first, *sorted(set(others) - {first})))

    @property
    def id(self) -> GapId:
        """Rule and sorted block ids: the same gap found again has the same id."""
        return GapId(derived_id(self.rule, *sorted(self.related)))

    @property
    def block_id(self) -> str:
        """What it is about."""
        return self.related[0]
