"""Teams: who a plan says does what, and who is responsible for a piece of work. Pure.

A team stands in a plan's documents under a heading like "Roles" or "Team": a heading a role, or a list of `Role: what`.

Source: document 002 section 2 ("notifying the responsible stakeholder"), SPEC section 7 (tickets).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vibe.domain.canonical import from_json, to_json

OWNER = "owner"
MOST_MEMBERS = 100
ROLE_MAX, SAYS_MAX = 100, 600
FEW_WORDS = 12
"""A role told in so few words is known by one of them."""
_HEADING = re.compile(r"^(#{1,6})\s+(?:\d+[.)]\s*)?(.*?)\s*#*$")
_TEAM = re.compile(r"^(the )?(team|roles|people|responsibilities)\b", re.IGNORECASE)
_ITEM = re.compile(r"^\s*[-*+]\s+\**([^:*]{2,100}?)\**\s*:\**\s+(.*\S)\s*$")
_WORD = re.compile(r"[^\W\d_]{4,}")
_EMPTY = frozenset("lead manager officer director specialist coordinator expert role with from that this".split())


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a plan's team: the role, what it does, and which person has it (empty: nobody was named)."""

    role: str
    says: str = ""
    person: str = ""

    @property
    def called(self) -> str:
        """Whom a ticket names."""
        return self.person or self.role


def read_team(texts: Iterable[str]) -> tuple[Member, ...]:
    """Read the roles that Markdown texts name; what is no heading of a team is passed over."""
    found: dict[str, Member] = {}
    for text in texts:
        for member in _members(text):
            found.setdefault(member.role, member)
    return tuple(found.values())[:MOST_MEMBERS]


def _members(text: str) -> list[Member]:
    found: list[Member] = []
    inside, by_heading = 0, False
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading is None:
            if inside:
                _add_line(found, line, by_heading=by_heading)
            continue
        level, title = len(heading[1]), heading[2].strip("* ")
        if inside and level == inside + 1:
            found.append(Member(title[:ROLE_MAX]))
            by_heading = True
        elif level <= inside or not inside:
            inside, by_heading = level if _TEAM.match(title) else 0, False
    return found


def _add_line(found: list[Member], line: str, *, by_heading: bool) -> None:
    item = _ITEM.match(line)
    """A line below a role tells about it; a list below the team's own heading names the roles themselves."""
    item = _ITEM.match(line)
    if item and not by_heading:
        found.append(Member(item[1].strip()[:ROLE_MAX], item[2][:SAYS_MAX]))
    elif found and len(found[-1].says) < SAYS_MAX:
        found[-1] = replace(found[-1], says=f"{found[-1].says} {line.strip()}".strip()[:SAYS_MAX])


def team_text(team: Sequence[Member], before: str | None = None) -> str:
    """A team as it is kept; who had a role `before` keeps it."""
    named = {member.role: member.person for member in read_kept(before)}
    rows = [{"role": item.role, "says": item.says, "person": item.person or named.get(item.role, "")} for item in team]
    return to_json(rows).decode()


def read_kept(text: str | None) -> tuple[Member, ...]:
    """Read what `team_text` wrote."""
    rows: list[Mapping[str, Any]] = from_json(text) if text else []
    return tuple(Member(row["role"], row["says"], row["person"]) for row in rows)


def responsible_for(work: str, team: Sequence[Member]) -> str:
    """Who of a team is responsible for a piece of work, by the words they share; the owner where nobody is."""
    wanted = _words(work)
    scored = [(2 * len(wanted & _words(item.role)) + len(wanted & _words(item.says)), item) for item in team]
    best = max(scored, key=lambda pair: pair[0], default=(0, Member("")))
    enough = 1 if len(_words(best[1].says)) <= FEW_WORDS else 2
    return best[1].called if best[0] >= enough else OWNER


def _words(text: str) -> set[str]:
    """The words that tell one kind of work from another, cut to where endings begin."""
    return {word.rstrip("s")[:6] for word in _WORD.findall(text.lower()) if word not in _EMPTY}
