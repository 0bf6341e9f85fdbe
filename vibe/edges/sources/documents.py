"""Reading the files of a corpus folder; whatever can't be read is named with its reason, never silently left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from vibe.domain.research import Origin
from vibe.research.passages import Document, file_order

OWN = "_own"
"""The folder of the owner's own documents; plans can't be called so."""
READABLE = frozenset({".md", ".markdown", ".txt", ".rst", ".csv", ".tsv", ".json", ".jsonl", ".html", ".htm"})
MOST_BYTES = 16 * 1024 * 1024
_RENDITION = ".txt"
_BLOCKS = frozenset(
    "p div li ul ol table tr br hr section article header footer blockquote pre dd dt figure main nav aside".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a folder: its name in the corpus, its path, and, where it can't be read, why."""

    file: str
    path: Path
    skipped: str = ""


def list_files(folder: Path, prefix: str = "") -> list[Listed]:
    """The files of a folder and its subfolders, as people order them; symbolic links are never followed."""
    if not folder.is_dir() or folder.is_symlink():
        return []
    found = [_listed(path, prefix + path.relative_to(folder).as_posix()) for path in _walk(folder)]
    renditions = {listed.file + _RENDITION for listed in found if _is_html(listed.path)}
    return sorted((one for one in found if one.file not in renditions), key=lambda one: file_order(one.file))


def read_document(listed: Listed) -> Document | str:
    """Read one file as text, or say why not.

    HTML is read through a text rendition that is kept beside it (`page.html.txt`): that file is what gets quoted.
    """
    if listed.skipped:
        return listed.skipped
    data = listed.path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.start})"
    origin = Origin.OWN_DOCUMENT if listed.file.startswith(f"{OWN}/") else Origin.SAME_PLAN
    if not _is_html(listed.path):
        return Document(listed.file, text, hashlib.sha256(data).hexdigest(), origin)
    rendition = render_html(text)
    beside = listed.path.with_name(listed.path.name + _RENDITION)
    kept = rendition.encode()
    if not beside.is_file() or beside.read_bytes() != kept:
        beside.write_bytes(kept)
        beside.chmod(0o600)
    return Document(listed.file + _RENDITION, rendition, hashlib.sha256(kept).hexdigest(), origin)


def render_html(text: str) -> str:
    """Write a page as Markdown-like text: headings with `#`, items with `-`, one block a line."""
    reader = _Page()
    reader.feed(text)
    reader.close()
    return "\n".join(line for line in reader.lines() if line) + "\n"


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path


def _listed(path: Path, file: str) -> Listed:
    if path.suffix.lower() not in READABLE:
        return Listed(file, path, f"files of kind {path.suffix or 'none'!r} are not read")
    if path.stat().st_size > MOST_BYTES:
        return Listed(file, path, f"larger than {MOST_BYTES // 1024 // 1024} MB")
    return Listed(file, path)


def _is_html(path: Path) -> bool:
    return path.suffix.lower() in {".html", ".htm"}


class _Page(HTMLParser):
    """Collects a page's visible text, one block a line, a blank line after each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[str] = [""]
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _HEADINGS:
            self._blocks.append("#" * _HEADINGS[tag] + " ")
        elif tag in _BLOCKS:
            self._blocks.append("- " if tag == "li" else "")
        elif tag in {"td", "th"} and self._blocks[-1]:
            self._blocks[-1] += " | "

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._blocks.append("")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._blocks[-1] += data

    def lines(self) -> Iterator[str]:
        """The page's blocks, white space tidied."""
        for block in self._blocks:
            yield " ".join(block.split())
