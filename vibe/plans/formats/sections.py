"""Markdown as generators write it: sections under headings, labelled paragraphs, lists and tables, each with its line.

A line scanner, not a Markdown parser: what a program wrote by a template is read by that template, fast, and every
part knows its exact line. What people wrote by hand is read by `markdown.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vibe.plans.formats.files import PlanFile

Line = tuple[int, str]
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*)$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_LABEL = re.compile(r"^\s{0,3}(?:[-*+]\s+)?\*\*\s*([^*:]{1,60}?)\s*(?::\s*\*\*|\*\*\s*:)\s*(.*)$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,9}[.)])\s+(.*)$")
_RULE = re.compile(r"^\s{0,3}(?:-{3,}|\*{3,}|_{3,})\s*$")
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, up to the next heading of any level; level 0 is what comes before all."""

    level: int
    title: str
    line: int
    body: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The body's text, paragraphs kept apart, rules left out."""
        return joined(self.body)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What stands behind `**Label:**`, up to the next label."""

    line: int
    body: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The text behind the label."""
        return joined(self.body)


def sections(file: PlanFile) -> list[Section]:
    """Split a file at its headings; those inside fenced code are none."""
    found: list[Section] = []
    level, title, line, body = 0, "", 1, list[Line]()
    fenced = False
    for number, text in enumerate(file.lines, 1):
        fenced ^= bool(_FENCE.match(text))
        heading = None if fenced else _HEADING.match(text)
        if heading is None:
            body.append((number, text))
            continue
        found.append(Section(level, title, line, tuple(body)))
        level, title, line, body = len(heading.group(1)), _without_closing(heading.group(2)), number, []
    found.append(Section(level, title, line, tuple(body)))
    return found


def _without_closing(title: str) -> str:
    """Take the closing `#` marks off a heading's text."""
    text = title.rstrip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare != text and (not bare or bare[-1] in " \t") else text


def under(parts: list[Section], top: int) -> Iterator[Section]:
    """Yield the sections below the one at index `top`, to the next of its level or higher."""
    for part in parts[top + 1 :]:
        if part.level <= parts[top].level:
            return
        yield part


def joined(body: tuple[Line, ...]) -> str:
    """Join lines to a text, without rules and without blank lines at its ends."""
    return "\n".join(text.rstrip() for _, text in body if not _RULE.match(text)).strip()


def labelled(body: tuple[Line, ...], names: Mapping[str, str]) -> dict[str, Labelled]:
    """Find labelled paragraphs by the names they go by.

    `names` maps a label (lower case) to the key it is returned under; other labels are text. The first of two counts.
    """
    found: dict[str, Labelled] = {}
    key, start, rest = "", 0, list[Line]()
    for number, text in body:
        match = _LABEL.match(text)
        name = names.get(match.group(1).lower()) if match else None
        if match is None or name is None:
            rest.append((number, text))
            continue
        if key:
            found.setdefault(key, Labelled(start, tuple(rest)))
        key, start, rest = name, number, [(number, match.group(2))]
    if key:
        found.setdefault(key, Labelled(start, tuple(rest)))
    return found


def before_labels(body: tuple[Line, ...], names: Mapping[str, str]) -> str:
    """Take the text that stands before the first of these labels."""
    head: list[Line] = []
    for number, text in body:
        match = _LABEL.match(text)
        if match and match.group(1).lower() in names:
            break
        head.append((number, text))
    return joined(tuple(head))


def items(body: tuple[Line, ...]) -> list[Line]:
    """Read the items of a list, with the line of each; lines without a mark go on with the item before."""
    found: list[Line] = []
    for number, text in body:
        match = _ITEM.match(text)
        if match and not _RULE.match(text):
            found.append((number, match.group(1).strip()))
        elif text.strip() and found and not _RULE.match(text):
            found[-1] = (found[-1][0], f"{found[-1][1]} {text.strip()}")
    return found


def rows(body: tuple[Line, ...]) -> Iterator[tuple[int, list[str]]]:
    """Read the rows of pipe tables, headers first; the rulers between header and rows are left out."""
    for number, text in body:
        line = text.strip()
        if not line.startswith("|"):
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip("|") if line != "|" else "")]
        if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            yield number, cells
