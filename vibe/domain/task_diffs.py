"""Task diffs: what a person changes in a plan that is being carried out, one change a line.

    + outreach: Call the neighbour (2 h) {"to": ["Otto"]} > 3, 4     a new task, after tasks 3 and 4
    - 5                                                              task 5 is left out
    ~ 6 hours: 4                                                     task 6 is done otherwise

What can be set: title, hours, params, priority, after, human, milestone. Tasks go by their numbers in the execution; a
new one gets the next free number, and later lines may name it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from vibe.domain.breakdowns import TITLE_MAX, Step, read_step
from vibe.domain.canonical import from_json, to_json
from vibe.domain.errors import BadInput

MOST_LINES = 200
PRIORITIES = ("P0", "P1", "P2", "P3")
_AFTER = re.compile(r"\s*>\s*((?:\d+\s*,\s*)*\d+)\s*$")
_SET = re.compile(r"(\d+)\s+([a-z]+)\s*:\s*(.*)$")
_YES = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Added:
    """A task that is new; `after` are numbers."""

    line: int
    step: Step
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A task that is not done."""

    line: int
    number: int


@dataclass(frozen=True, slots=True)
class Edited:
    """A task that is done otherwise: properties of its node to set, and, where given, what it waits for now."""

    line: int
    number: int
    props: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[int, ...] | None = None


TaskEdit = Added | LeftOut | Edited


def read_task_diff(text: str, actions: Collection[str], human: Collection[str]) -> tuple[TaskEdit, ...]:
    """Read a diff.

    Raises:
        BadInput: nothing, or a line that is none; says which.
    """
    found: list[TaskEdit] = []
    for number, line in enumerate(text.splitlines(), 1):
        mark, said = line.strip()[:1], line.strip()[1:].strip()
        if mark == "+":
            after = _AFTER.search(said)
            step = read_step(said[: after.start()] if after else said, number, actions, human=human, default="document")
            found.append(Added(number, step, _numbers(after.group(1)) if after else ()))
        elif mark == "-" and said.isdecimal():
            found.append(LeftOut(number, int(said)))
        elif mark == "~" and (match := _SET.match(said)):
            found.append(_edited(number, int(match.group(1)), match.group(2), match.group(3).strip()))
        elif mark and mark != "#":
            raise BadInput(
                "a line is `+ action: title`, `- NUMBER` or `~ NUMBER field: value`", line=number, field="diff"
            )
    if not 0 < len(found) <= MOST_LINES:
        raise BadInput(f"a change has 1 to {MOST_LINES} lines", field="diff")
    return tuple(found)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _edited(line: int, number: int, name: str, value: str) -> Edited:
    try:
        match name:
            case "title" if value:
                return Edited(line, number, {"title": value[:TITLE_MAX]})
            case "hours" if float(value) >= 0:
                return Edited(line, number, {"hours": float(value)})
            case "params" if isinstance(params := from_json(value), dict):
                return Edited(line, number, {"params": to_json(params).decode()})
            case "priority" if value.upper() in PRIORITIES:
                return Edited(line, number, {"priority": value.upper()})
            case "human" | "milestone" if value.lower() in _YES:
                return Edited(line, number, {name: _YES[value.lower()]})
            case "after" if not re.sub(r"[\d,\s]", "", value):
                return Edited(line, number, after=_numbers(value))
    except ValueError as error:
        raise BadInput(f"{value!r} is no {name}: {error}", line=line, field="diff") from error
    raise BadInput(
        f"{name}: {value!r} is none; title, hours, params (JSON), priority (P0 to P3), after (numbers), human and "
        f"milestone (yes or no) can be set",
        line=line,
        field="diff",
    )
