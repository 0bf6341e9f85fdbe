"""JSON files with their lines: what stands at which line, and where a file stops being JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vibe.domain.blocks import Place
from vibe.domain.canonical import from_json
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.files import PlanFile

Path = tuple[str | int, ...]
DEEPEST_PATH = 64
LONGEST_TEXT = 32_000_000
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:\n]|[^\s{}\[\],:"]+')
_BYTE = re.compile(r"\(byte (\d+)\)")


@dataclass
class _Open:
    """A container that is being walked through: its path, and the key or index that comes next."""

    path: Path
    is_list: bool
    key: str | int = 0
    awaits_key: bool = False
    seen: int = 0


@dataclass(frozen=True)
class JsonFile:
    """A decoded JSON file; `place` names the line at which the value at a path begins."""

    file: PlanFile
    value: Any
    lines: Mapping[Path, int] = field(repr=False)

    def place(self, *path: str | int) -> Place:
        """Where the value at this path begins; where it is unknown, its nearest container."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.file.place(self.lines.get(path, 1))


def read_json(file: PlanFile, draft: Draft) -> JsonFile | None:
    """Decode a JSON file; None, with a remark that says line and column, when it is none."""
    try:
        value = from_json(file.text)
    except RecursionError:
        draft.warn(file.place(1), "nested too deeply; the file is left out")
        return None
    except ValueError as fault:
        line, what = where_json_breaks(file.text, fault)
        draft.warn(file.place(line), f"{what}; the file is left out")
        return None
    return JsonFile(file, value, lines_of(file.text))


def where_json_breaks(text: str, fault: ValueError) -> tuple[int, str]:
    """Tell the line at which a text stops being JSON, and say what is wrong with its column."""
    found = _BYTE.search(str(fault))
    before = text.encode()[: int(found.group(1))] if found else text.rstrip().encode()
    line = before.count(b"\n") + 1
    column = len(before) - (before.rfind(b"\n") + 1) + 1
    reason = _BYTE.sub("", str(fault)).strip().rstrip(":").replace("JSON is malformed: ", "")
    return line, f"not JSON at line {line}, column {column} ({reason.lower()})"


def lines_of(text: str) -> dict[Path, int]:
    """Map the paths of a JSON text's objects, lists, list items and topmost values to the lines they begin at.

    Of a key that is given twice the later one counts, as in decoding. Paths deeper than 64 and texts longer than
    32 million characters are not looked into: what is there is placed at its nearest container.
    """
    found: dict[Path, int] = {}
    if len(text) > LONGEST_TEXT:
        return found
    open_: list[_Open] = []
    line = 1
    for match in _TOKEN.finditer(text):
        mark = match.group()
        if mark == "\n":
            line += 1
        elif mark in "}],:":
            _go_on(open_, mark)
        elif open_ and open_[-1].awaits_key:
            open_[-1].key, open_[-1].awaits_key = str(from_json(mark)), False
        else:
            _begin(open_, mark, line, found)
    return found


def _go_on(open_: list[_Open], mark: str) -> None:
    top = open_[-1]
    if mark in "}]":
        open_.pop()
    elif mark == ",":
        top.seen += 1
        top.key, top.awaits_key = top.seen, not top.is_list


def _begin(open_: list[_Open], mark: str, line: int, found: dict[Path, int]) -> None:
    path = (*open_[-1].path, open_[-1].key) if 0 < len(open_) <= DEEPEST_PATH else ()
    opens = mark in "{["
    if len(open_) <= DEEPEST_PATH and (opens or len(open_) < 2 or open_[-1].is_list):
        found[path] = line
    if opens:
        open_.append(_Open(path, mark == "[", awaits_key=mark == "{"))
