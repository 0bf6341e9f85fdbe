"""Cases: lines of JSON as they come in, read strictly; a fault names its line and its field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vibe.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a file."""

    id: str
    line: int
    file: str
    fields: Mapping[str, Any]

    def text(self, name: str, *, default: str | None = None, within: Mapping[str, Any] | None = None) -> str:
        """A text field; a number is taken as its digits.

        Raises:
            BadInput: it is missing or of another type.
        """
        value = (self.fields if within is None else within).get(name, default)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise self.fault("must be a text", name)
        return value

    def mapping(self, name: str) -> Mapping[str, Any]:
        """An object field.

        Raises:
            BadInput: it is missing or of another type.
        """
        value = self.fields.get(name)
        if not isinstance(value, Mapping):
            raise self.fault("must be an object", name)
        return value

    def sequence(self, name: str, within: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """A list field; a missing one is empty.

        Raises:
            BadInput: it is of another type.
        """
        value = (self.fields if within is None else within).get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault("must be a list", name)
        return value

    def word(self, name: str, meanings: Mapping[str, str]) -> str | None:
        """A label, as one of the words it may be given in; None where there is none.

        Raises:
            BadInput: it is none of them.
        """
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        found = meanings.get(_plainly(value))
        if found is None:
            raise self.fault(f"{value!r} is none of {', '.join(sorted(set(meanings)))}", name)
        return found

    def fault(self, what: str, field: str) -> BadInput:
        """The error to raise about one of its fields."""
        return BadInput(what, file=self.file, line=self.line, field=field)


def _plainly(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip().lower().replace("-", "_").replace(" ", "_")


def read_cases(path: Path) -> list[Case]:
    """Read a file of cases; empty lines are left out.

    Raises:
        BadInput: no such file, no cases, or a line that is no JSON object or has no id or another's.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"can't be read ({error})", file=str(path)) from error
    found: list[Case] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        case = _case(line, number, str(path))
        if case.id in seen:
            raise case.fault(f"{case.id!r} is the id of line {seen[case.id]} too", "id")
        seen[case.id] = number
        found.append(case)
    if not found:
        raise BadInput("has no cases, one JSON object a line", file=str(path), line=1)
    return found


def _case(line: str, number: int, file: str) -> Case:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInput(f"is no JSON ({error.msg} at column {error.colno})", file=file, line=number) from error
    if not isinstance(value, dict):
        raise BadInput("must be a JSON object", file=file, line=number)
    identity = value.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int) or not str(identity).strip():
        raise BadInput("is missing or no text", file=file, line=number, field="id")
    return Case(str(identity), number, file, value)
