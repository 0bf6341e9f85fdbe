"""Passages: documents cut into sentences, list items and table cells that can be quoted word for word.

Each passage keeps, for each line it stands on, exactly the text of that line that belongs to it; nothing is
unescaped, joined or tidied in a quote. `plain` is for reading and matching.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vibe.domain.canonical import sha256_of
from vibe.domain.identities import derived_id
from vibe.domain.research import Origin, Passage, Quote, Role
from vibe.research.roles import role_of

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_LABEL = re.compile(r"^\s*(?:[-*]\s+)?\*\*([^*:]{2,60}?)(?::\s*\*\*:?\s*|\*\*\s*:\s*|\*\*\s*$)")
_WORD_LABEL = re.compile(r"^([A-Z][A-Za-z ]{2,40}):(?:\s+|$)")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$|^\s*\|[\s:|-]+\|\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]*_]*(?=\s+[\"'“‘(\[*_$€£]*[A-Z0-9$€£])")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|cf|Dr|Mr|Mrs|Ms|Prof|St|No|Nos|Fig|Inc|Ltd|Co|approx|ca|al|Jan|Feb|Sept?|Oct|Nov|Dec|[A-Z])\.$"
)
_MARKUP = re.compile(r"\*\*|__|`|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|<[^>]{1,80}>")
_ENDS = re.compile(r"[.!?:;|][\"'”’)\]*_]*\s*$")


@dataclass(frozen=True, slots=True)
class Document:
    """One file as it was read: its name in the corpus, its text, its hash, whose it is."""

    file: str
    text: str
    sha256: str
    origin: Origin = Origin.SAME_PLAN

    @classmethod
    def of(cls, file: str, text: str, origin: Origin = Origin.SAME_PLAN) -> Document:
        """Make one from text alone; the hash is that of its UTF-8 bytes."""
        return cls(file, text, sha256_of(text.encode()), origin)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Raw text within one line: line number from 1, offset in it, text."""

    line: int
    text: str


_Span = tuple[tuple[_Piece, ...], tuple[str, ...], int]
"""A sentence's pieces, its headings, and the number of the paragraph it stands in."""


def lines_of(text: str) -> list[str]:
    """Cut into lines at line feeds (a carriage return before one belongs to the line end)."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def plain(text: str) -> str:
    """Take markup out of a text, and the backslashes of JSON strings."""
    if "\\" in text:
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
        text = re.sub(r"\\[nrt]", " ", text).replace('\\"', '"').replace("\\/", "/")
    return " ".join(_MARKUP.sub("", text).split())


def read_passages(document: Document) -> list[Passage]:
    """Cut one document into passages, in order of line."""
    suffix = document.file.rsplit(".", 1)[-1].lower()
    lines = lines_of(document.text)
    reader = {"json": _read_json, "csv": _read_csv, "jsonl": _read_json}.get(suffix, _read_text)
    found: list[Passage] = []
    before: tuple[int, Passage] | None = None
    for pieces, headings, paragraph in reader(document.text):
        passage = _passage(document, pieces, headings)
        if passage is None:
            continue
        if before is not None and before[0] == paragraph:
            passage = replace(passage, before=before[1], joint=_joint(lines, before[1], passage))
        found.append(passage)
        before = (paragraph, replace(passage, before=None, joint=""))
    return found


def merge_copies(passages: Iterable[Passage]) -> list[Passage]:
    """Keep the first of each text, in the order given; the others become its `copies`.

    The first with a role other than `copy` is kept, so a compilation never hides its origin.
    """
    kept: dict[str, Passage] = {}
    for passage in passages:
        key = " ".join(re.findall(r"\w+", passage.plain.lower()))
        first = kept.get(key)
        if first is None:
            kept[key] = passage
            continue
        best, other = (
            (passage, first) if first.role is Role.COPY and passage.role is not Role.COPY else (first, passage)
        )
        kept[key] = replace(best, copies=(*first.copies, (other.file, other.line)))
    return sorted(kept.values(), key=lambda passage: (file_order(passage.file), passage.line))


def file_order(file: str) -> tuple[object, ...]:
    """Order files as people do: 003-2 before 003-10, the owner's own last."""
    parts = re.split(r"(\d+)", file)
    return (file.startswith("_own/"), *((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts))


def _passage(document: Document, pieces: Sequence[_Piece], headings: tuple[str, ...]) -> Passage | None:
    text = plain(" ".join(piece.text for piece in pieces))
    if len(re.findall(r"\w{2,}", text)) < 2:
        return None
    quotes = tuple(Quote(document.file, piece.line, piece.text, document.sha256, document.origin) for piece in pieces)
    where = derived_id(document.file, quotes[0].line, *(piece.text for piece in pieces))
    return Passage(where, quotes, text, role_of(document.file, headings), headings, section=_section(headings))


def _joint(lines: Sequence[str], before: Passage, passage: Passage) -> str:
    """Two sentences that stand on one line, as they stand there; empty where they are on several lines."""
    if len({quote.line for quote in (*before.quotes, *passage.quotes)}) > 1:
        return ""
    line = lines[passage.line - 1]
    start = line.find(before.quotes[0].text)
    end = line.find(passage.quotes[0].text, start + len(before.quotes[0].text))
    return line[start : end + len(passage.quotes[0].text)] if 0 <= start < end else ""


def _section(headings: tuple[str, ...]) -> str:
    return " > ".join(headings)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text begin and end (offsets, white space outside)."""
    spans, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text, start, match.start() + 1):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return [(s + _indent(text[s:e]), s + len(text[s:e].rstrip())) for s, e in spans if text[s:e].strip()]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _read_text(text: str) -> Iterator[_Span]:
    """Markdown and plain text."""
    headings: dict[int, str] = {}
    label, header, paragraph, fenced = "", [""], 0, False
    block: list[_Piece] = []
    for number, line in enumerate([*lines_of(text), ""], start=1):
        if _FENCE.match(line):
            fenced = not fenced
        heading = _HEADING.match(line)
        stop = not line.strip() or fenced or heading is not None or _RULE.match(line) is not None
        joins = bool(block) and not stop and _continues(block[-1].text, line)
        if block and not joins:
            yield from _cut(block, _path(headings, label), paragraph)
            block = []
        if not joins and (not stop or heading):
            paragraph += 1
        if heading is not None and not fenced:
            headings = {level: name for level, name in headings.items() if level < len(heading[1])}
            headings[len(heading[1])], label, header = heading[2], "", [""]
        elif stop:
            label = label if not line.strip() and not block and label.endswith(":") else ""
        elif _ROW.match(line):
            header = yield from _cells(line, number, header, _path(headings, ""))
        else:
            at, label = _opening(line, label) if not joins else (_indent(line), label)
            if line[at:].strip():
                block.append(_Piece(number, line[at:].rstrip()))


def _opening(line: str, label: str) -> tuple[int, str]:
    """Where the text of a line begins, and the label it stands under.

    A label alone on its line (`**Recommendation**:`) also heads the paragraph below; it then ends with a colon.
    """
    match = _LABEL.match(line)
    if match is not None:
        alone = not line[match.end() :].strip()
        return match.end(), match[1].strip() + (":" if alone else "")
    word = _WORD_LABEL.match(line)
    if word is not None:
        alone = not line[word.end() :].strip()
        return (len(line) if alone else 0), word[1].strip() + (":" if alone else "")
    item = _ITEM.match(line)
    return (item.end() if item else _indent(line)), label


def _continues(last: str, line: str) -> bool:
    """Whether a line goes on with the sentence of the line before (a wrapped paragraph)."""
    text = line.lstrip()
    return (
        not _ENDS.search(last)
        and not _ITEM.match(line)
        and not _ROW.match(line)
        and (text[:1].islower() or text[:1] in "(\"'")
    )


def _path(headings: dict[int, str], label: str) -> tuple[str, ...]:
    path = [headings[level] for level in sorted(headings)]
    return (*path, label.rstrip(":")) if label else tuple(path)


def _cells(line: str, number: int, header: list[str], path: tuple[str, ...]) -> Generator[_Span, None, list[str]]:
    """Cut a table's row; the first row of a table names the columns. Returns the header for the next row."""
    bounds = [match.start() for match in re.finditer(r"(?<!\\)\|", line)]
    cells = [line[a + 1 : b] for a, b in pairwise(bounds)]
    if header == [""]:
        return [cell.strip() for cell in cells]
    for index, cell in enumerate(cells):
        name = header[index] if index < len(header) else ""
        yield from _cut([_Piece(number, cell.strip())], (*path, name) if name else path, -number * 100 - index)
    return header


def _cut(block: Sequence[_Piece], headings: tuple[str, ...], paragraph: int) -> Iterator[_Span]:
    """Cut a paragraph into sentences; one that is wrapped keeps a piece for each of its lines."""
    text = "\n".join(piece.text for piece in block)
    starts, offset = [], 0
    for piece in block:
        starts.append(offset)
        offset += len(piece.text) + 1
    for begin, end in sentences(text):
        pieces = []
        for piece, start in zip(block, starts, strict=True):
            inside = piece.text[max(0, begin - start) : max(0, end - start)]
            if inside.strip():
                pieces.append(_Piece(piece.line, inside.strip()))
        if pieces:
            yield tuple(pieces), headings, paragraph


_JSON_TOKEN = re.compile(r'"((?:[^"\\\n]|\\.)*)"(\s*:)?|[{}\[\]\n]')


def _read_json(text: str) -> Iterator[_Span]:
    """Strings of JSON as they stand (escapes and all), headed by the keys that lead to them.

    Broken JSON is read as far as it goes.
    """
    keys: list[str] = [""]
    line, line_start = 1, 0
    for match in _JSON_TOKEN.finditer(text):
        token = match.group()
        if token == "\n":
            line, line_start = line + 1, match.end()
        elif token in "{[":
            keys.append("")
        elif token in "}]":
            keys = keys[:-1] or [""]
        elif match[2]:
            keys[-1] = match[1]
        elif match[1].count(" ") >= 1:
            path = tuple(key for key in keys if key and not key.startswith("task_children"))
            for piece in re.split(r"\\n", match[1]):
                if piece.strip():
                    yield from _cut([_Piece(line, piece.strip())], path, match.start())
    del line_start


def _read_csv(text: str) -> Iterator[_Span]:
    """Each physical line as it stands; the header's line is left out.

    Quoted fields may hold line breaks; a row's dates then stand on its last line.
    """
    for number, line in enumerate(lines_of(text), start=1):
        if number > 1 and line.strip():
            yield (_Piece(number, line.strip()),), (), number
