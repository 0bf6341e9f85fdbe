"""Words of a plan: slugs, titles, sentences, and references to something by its name."""

from __future__ import annotations

import re
import unicodedata

TITLE_LENGTH = 160
_SENTENCE_END = re.compile(r"[.!?][\"'\u201d\u2019)`]*(\s)(?=[\"'\u201c\u2018(`]*[A-Z0-9ÄÖÜÉÅØ])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|approx|vs|no|etc|dr|prof|inc|ltd|st|fig)\.$", re.IGNORECASE)


def slug(text: str) -> str:
    """Make a name that fits in a path and a command line: lower case ASCII, words joined by `-`; never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:80] or "plan"


def one_line(text: str) -> str:
    """Put a text on one line with single spaces."""
    return " ".join(text.split())


def shortened(text: str, length: int = TITLE_LENGTH) -> str:
    """Make a title: one line, cut at a word, with an ellipsis where something is missing."""
    line = one_line(text)
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:-") + "…"


def sentences(text: str) -> list[str]:
    """Split a text into its sentences, each on one line."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        line = one_line(paragraph)
        start = 0
        for end in _SENTENCE_END.finditer(line):
            if not _ABBREVIATION.search(line, max(0, end.start() - 9), end.start() + 1):
                found.append(line[start : end.start(1)])
                start = end.end(1)
        found.append(line[start:])
    return [sentence for sentence in found if sentence]


def title_from(text: str) -> str:
    """Make a title from a text: its first sentence, shortened."""
    found = sentences(text)
    return shortened(found[0].rstrip(".") if found else text)


def normalised(title: str) -> str:
    """What two spellings of one title have in common: lower case words and numbers."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(re.findall(r"\w+", plain))


def bare(text: str) -> str:
    """Take Markdown's marks (code, bold, italics) off both ends of a short text."""
    return text.strip().strip("*_`").strip()
