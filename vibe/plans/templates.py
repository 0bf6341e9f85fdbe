"""Templates: how a kind of task is broken down, by rules, without a model (`config/templates/*.toml`).

What a task is shows in its first verb. A verb further on is less sure; a word that may be a noun there, or stands only
in the content, is a guess that a person reviews. Where no verb is known, nothing is made up: it is a person's to do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from vibe.catalog import shipped
from vibe.domain.breakdowns import Breakdown, Step
from vibe.domain.errors import BadInput
from vibe.settings import read_duration

SURE, LIKELY, GUESS, UNKNOWN = 0.9, 0.8, 0.5, 0.2
FALLBACK = "build"
NOT_KNOWN = "template:none"
"""Who broke a task down whose kind of work is not known."""
_NOUNS = frozenset(
    """
    address audit benchmark call check contact design document draft email estimate file forecast host interview launch
    lease license map market measure model monitor order outline patent pay pilot plan present produce program purchase
    record rent repair report research review run schedule screen set share sign structure study support survey test
    track train update wait
    """.split()
)
"""Verbs that are as often nouns: only at the beginning is sure what they are."""
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Template:
    """How tasks of one action word are broken down; `steps` are `{action, title, share, evidence}`."""

    action: str
    says: str
    human: bool
    reversible: bool
    time_limit_s: int
    verbs: frozenset[str]
    steps: tuple[Mapping[str, Any], ...]
    input_schema: Mapping[str, Any]
    output_schema: Mapping[str, Any]


@cache
def templates() -> Mapping[str, Template]:
    """All templates by action word.

    Raises:
        BadInput: a file lacks something; says which.
    """
    found = (_read(path) for path in sorted((shipped("config") / "templates").glob("*.toml")))
    return {template.action: template for template in found}


def _read(path: Path) -> Template:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return Template(
            data["action"],
            data["says"],
            data["human"],
            data["reversible"],
            int(read_duration(data["time_limit"]).total_seconds()),
            frozenset(data["verbs"].split()),
            tuple(data["steps"]),
            data["input"],
            data["output"],
        )
    except (KeyError, ValueError) as error:
        raise BadInput(f"a template needs {error}", file=path.name) from error


def human_actions() -> frozenset[str]:
    """The action words that are always a person's."""
    return frozenset(action for action, template in templates().items() if template.human)


@cache
def _verbs() -> Mapping[str, str]:
    """The action word of each verb."""
    return {verb: template.action for template in templates().values() for verb in template.verbs}


def classify(title: str, content: str = "") -> tuple[str, float]:
    """Say which action word a task is, and how sure that is."""
    words = _WORD.findall(title.lower())
    known = _verbs()
    if words and words[0] in known:
        return known[words[0]], SURE
    for word in words:
        if word in known and word not in _NOUNS:
            return known[word], LIKELY
    for word in words:
        if word in known:
            return known[word], GUESS
    for word in _WORD.findall(content.lower())[:40]:
        if word in known:
            return known[word], GUESS
    return FALLBACK, UNKNOWN


def break_down(title: str, content: str, hours: float) -> Breakdown:
    """Break a task down by its template."""
    action, confidence = classify(title, content)
    template = templates()[action]
    if confidence == UNKNOWN:
        whole = {"action": action, "title": "{title}", "share": 1.0, "evidence": "what was done"}
        return Breakdown((replace(_step(whole, title, content, hours), human=True),), confidence, NOT_KNOWN)
    steps = tuple(_step(row, title, content, hours) for row in template.steps)
    return Breakdown(steps, confidence, f"template:{action}")


def _step(row: Mapping[str, Any], title: str, content: str, hours: float) -> Step:
    own = templates()[row["action"]]
    return Step(
        action=own.action,
        title=row["title"].replace("{title}", title)[:300],
        hours=round(hours * row["share"], 1),
        time_limit_s=own.time_limit_s,
        evidence=row["evidence"],
        human=own.human,
        reversible=own.reversible,
        params={"goal": content or title},
    )


def as_typed(step: Step) -> Step:
    """A step that a person typed, with what its action word implies."""
    own = templates()[step.action]
    evidence = step.evidence or own.steps[-1]["evidence"]
    return replace(step, time_limit_s=own.time_limit_s, reversible=own.reversible, evidence=evidence)
