"""Prohibitions: what the plan's order forbids ("Do not assume ..."), set against the plan.

The prompt is the origin of most claims, so agreement with it repeats it; disagreement is worth a look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vibe.domain.research import Passage, Role
from vibe.research.words import Lexicon, stems

_FORBIDS = re.compile(
    r"(?:^|[.;:!]\s+)(?:please\s+)?(?:do not|don['’]t|never|under no circumstances|avoid|refrain from|"
    r"you must not|the plan must not|the project must not)\s+(.*)",
    re.IGNORECASE | re.DOTALL,
)
_VERB = re.compile(
    r"^(?:assume|use|treat|rely|include|propose|add|plan|make|let|consider|allow|depend)\w*\s+(?:on\s+|that\s+)?",
    re.IGNORECASE,
)
_OBJECT_END = re.compile(r"[.;:—–]|,\s(?:but|as|because|since|unless|instead)\b|\s(?:but|because|unless|instead)\b")


@dataclass(frozen=True, slots=True)
class Prohibition:
    """A sentence of the prompt that forbids, and the telling stems of what it forbids."""

    passage: Passage
    forbidden: frozenset[str]


def read_prohibitions(passages: Iterable[Passage], lexicon: Lexicon) -> list[Prohibition]:
    """The prohibitions of the prompt, in order."""
    found = []
    for passage in passages:
        if passage.role is not Role.PROMPT:
            continue
        match = _FORBIDS.search(passage.plain)
        if match is None:
            continue
        what = _OBJECT_END.split(_VERB.sub("", match[1]), maxsplit=1)[0]
        telling = lexicon.telling(stems(what), 1.0)
        if telling:
            found.append(Prohibition(passage, telling))
    return found


def offends(prohibition: Prohibition, text: str, lexicon: Lexicon, alone: float = float("inf")) -> float:
    """How much of what is forbidden a text speaks about: weight of the shared stems.

    0 if it shares fewer than two, unless one of them weighs `alone` or more.
    """
    shared = prohibition.forbidden & stems(text)
    enough = len(shared) >= 2 or any(lexicon.weight(stem) >= alone for stem in shared)
    return lexicon.weigh(shared) if enough else 0.0
