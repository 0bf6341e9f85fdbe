"""Breakdowns: a leaf task of a plan as the steps that are carried out, with how sure whoever broke it down is.

Kept as JSON on the task's block (`breakdown`), bound to what the task said then (`breakdownOf`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vibe.domain.canonical import from_json, to_json
from vibe.domain.errors import BadInput
from vibe.domain.packet_ops import Reader
from vibe.domain.proposals import Sureness

MOST_STEPS = 50
TITLE_MAX = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done, by which action word; it follows the step before it."""

    action: str
    title: str
    hours: float = 1.0
    time_limit_s: int = 14_400
    evidence: str = ""
    human: bool = False
    reversible: bool = True
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {
            "action": self.action,
            "title": self.title,
            "hours": self.hours,
            "time_limit_s": self.time_limit_s,
            "evidence": self.evidence,
            "human": self.human,
            "reversible": self.reversible,
            "params": dict(self.params),
        }


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The steps of one task, one after the other; `by` is `template:ACTION`, `model:NAME` or who typed it."""

    steps: tuple[Step, ...]
    confidence: float
    by: str

    def as_data(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {"steps": [step.as_data() for step in self.steps], "confidence": self.confidence, "by": self.by}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Breakdown:
        """Read what `as_data` wrote."""
        return cls(tuple(Step(**step) for step in data["steps"]), data["confidence"], data["by"])


@dataclass(frozen=True, slots=True)
class StepsReply:
    """A model's breakdown of one task, and how sure it is."""

    steps: tuple[Step, ...]
    certainty: Sureness

    @classmethod
    def from_reply(cls, value: object) -> StepsReply:
        """Read a reply.

        Raises:
            BadInput: names the field.
        """
        reader = Reader(value, "breakdown")
        steps = tuple(_replied(item) for item in reader.items("steps", 1, MOST_STEPS))
        found = cls(steps, reader.word("certainty", Sureness))
        reader.done()
        return found


def _replied(reader: Reader) -> Step:
    found = Step(
        reader.text("action", 40),
        reader.text("title", TITLE_MAX),
        reader.number("hours", 0, 10_000),
        evidence=reader.text("evidence", TITLE_MAX, default=""),
        human=reader.flag("human"),
    )
    reader.done()
    return found


_LINE = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?(.*\S)\s*$")
_TAG = re.compile(r"^(?:\*\*)?([A-Za-z_]+)(?:\*\*)?\s*:\s+(.*)$")
_HOURS = re.compile(r"\s*\((\d+(?:\.\d+)?)\s*h(?:ours?)?\)\s*$")


def read_markdown(text: str, actions: Collection[str], *, human: Collection[str], default: str) -> tuple[Step, ...]:
    """Read a breakdown typed as a Markdown list: `- research: Find three suppliers (2 h)`, one step a line.

    The word before the colon is the action; without one it is `default`. `(2 h)` are the hours; what the step is given
    beside its title may stand after them as a JSON object: `- outreach: Write to them (1 h) {"to": ["Carol"]}`.

    Raises:
        BadInput: no list, or a word before the colon that is no action; says the line.
    """
    steps = []
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.match(line)
        if found is None:
            if line.strip() and not line.lstrip().startswith("#"):
                raise BadInput("a breakdown is a list: `- action: what to do (2 h)`", line=number, field="markdown")
            continue
        steps.append(read_step(found.group(1), number, actions, human=human, default=default))
    if not 0 < len(steps) <= MOST_STEPS:
        raise BadInput(f"a breakdown has 1 to {MOST_STEPS} steps, one a line", field="markdown")
    return tuple(steps)


def read_step(text: str, line: int, actions: Collection[str], *, human: Collection[str], default: str) -> Step:
    """Read one step, without the mark of its list.

    Raises:
        BadInput: a word before the colon that is no action, or params that are no JSON; says the line.
    """
    text, params = _params(text, line)
    hours = _HOURS.search(text)
    said = text[: hours.start()] if hours else text
    tag = _TAG.match(said)
    action = tag.group(1).lower() if tag else default
    if action not in actions:
        raise BadInput(f"{action!r} is none of {', '.join(sorted(actions))}", line=line, field="markdown")
    title = (tag.group(2) if tag else said).strip()[:TITLE_MAX]
    return Step(action, title, float(hours.group(1)) if hours else 1.0, human=action in human, params=params)


def _params(text: str, line: int) -> tuple[str, Mapping[str, Any]]:
    """Split the JSON object off that a step ends with, where it does."""
    at = text.find(' {"')
    if at < 0 or not text.endswith("}"):
        return text, {}
    try:
        return text[:at].rstrip(), from_json(text[at:])
    except ValueError as error:
        raise BadInput(f"what stands in braces is no JSON: {error}", line=line, field="markdown") from error


def write_markdown(steps: Sequence[Step]) -> str:
    """Write steps as `read_markdown` reads them."""
    return "\n".join(f"- {step.action}: {step.title} ({step.hours:g} h){_shown(step.params)}" for step in steps)


def _shown(params: Mapping[str, Any]) -> str:
    """Params as a line ends with them; a goal alone is the task's own text and not repeated."""
    return f" {to_json(dict(params)).decode()}" if params.keys() - {"goal"} else ""
