"""Markdown as people write it: headings, list items, paragraphs and table rows in reading order, each with its line.

The only module that imports markdown-it. Inline marks are left as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vibe.plans.formats.files import PlanFile

_BOX = re.compile(r"^\[([ xX])\]\s+")
_SPOKEN = frozenset({"fence", "code_block"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """The first paragraph of a list item; `depth` counts from 0; `done` is None where there is no box to tick."""

    line: int
    depth: int
    text: str
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a block of code; `depth` is that of the list item it goes on with, -1 outside lists."""

    line: int
    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row under its header; a header row comes with no cells, once."""

    line: int
    header: tuple[str, ...]
    cells: tuple[str, ...]


Element = Heading | Item | Paragraph | Row


def elements(file: PlanFile) -> list[Element]:
    """Read a Markdown file into its elements; what stands in a quotation is none."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.disable(["inline"], True)
    return list(_walk(parser.parse(file.text)))


def _walk(tokens: list[Token]) -> Iterator[Element]:
    depth, fresh, line, quoted = -1, False, 1, 0
    table = _Table()
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else line
        quoted += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if quoted:
            continue
        if token.type == "list_item_open":
            depth, fresh = depth + 1, True
        elif token.type == "list_item_close":
            depth, fresh = depth - 1, False
        elif token.type == "heading_open":
            yield Heading(line, int(token.tag[1:]), " ".join(tokens[index + 1].content.split()))
        elif token.type == "inline" and tokens[index - 1].type == "paragraph_open":
            yield _item(token, line, depth) if fresh else Paragraph(line, depth, token.content)
            fresh = False
        elif token.type in _SPOKEN:
            yield Paragraph(line, depth, token.content.rstrip())
            fresh = False
        else:
            yield from table.take(token, line)


def _item(token: Token, line: int, depth: int) -> Item:
    box = _BOX.match(token.content)
    if box is None:
        return Item(line, depth, token.content)
    return Item(line, depth, token.content[box.end() :], box.group(1) in "xX")


class _Table:
    """The table that is being walked through."""

    def __init__(self) -> None:
        self.header: tuple[str, ...] = ()
        self.cells: list[str] = []
        self.in_cell = False

    def take(self, token: Token, line: int) -> Iterator[Row]:
        """Take a token that may belong to a table; a row comes when it is whole."""
        if token.type == "table_open":
            self.header = ()
        elif token.type == "tr_open":
            self.cells = []
        elif token.type in ("th_open", "td_open"):
            self.in_cell = True
        elif token.type == "inline" and self.in_cell:
            self.cells.append(token.content.strip())
            self.in_cell = False
        elif token.type == "tr_close" and not self.header:
            self.header = tuple(self.cells)
            yield Row(line, self.header, ())
        elif token.type == "tr_close":
            yield Row(line, self.header, tuple(self.cells))
