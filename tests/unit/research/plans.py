"""A small plan in words, to set claims against."""

from __future__ import annotations

from collections.abc import Mapping

from vibe.domain.blocks import Block, Kind, Place
from vibe.domain.research import Claim, Finding, Origin, Passage
from vibe.research.claims import claim_of
from vibe.research.passages import Document, file_order, merge_copies, read_passages
from vibe.research.ranking import examine

FILLER = "\n".join(
    f"- Shelf {number} holds jar {word} beside basket {word}s."
    for number, word in enumerate(
        "amber birch cedar delta ember fjord grove heath islet jetty knoll lagoon meadow night ocean prairie".split()
    )
)


def assumption(text: str, *, question: str = "", file: str = "plan.md", line: int = 1, name: str = "a") -> Claim:
    """An Assumption block as a claim."""
    properties = {"question": question} if question else {}
    return claim_of(Block(name, Kind.ASSUMPTION, text[:60], text, properties=properties, place=Place(file, line)))


def decision(title: str, text: str, *, file: str = "plan.md", line: int = 1, name: str = "d") -> Claim:
    """A Decision block as a claim."""
    return claim_of(Block(name, Kind.DECISION, title, text, properties={"choices": []}, place=Place(file, line)))


def corpus(files: Mapping[str, str]) -> list[Passage]:
    """Passages of a plan's files; those under `_own/` are the owner's."""
    found = []
    for file in sorted(files, key=file_order):
        origin = Origin.OWN_DOCUMENT if file.startswith("_own/") else Origin.SAME_PLAN
        found += read_passages(Document.of(file, files[file], origin))
    return merge_copies(found)


def findings(claims: list[Claim], files: Mapping[str, str]) -> list[Finding]:
    """What the rules make of claims beside files (and a shelf of other matter)."""
    return examine(claims, corpus({**files, "007-8-related_resources.md": FILLER}))


def written(claims: list[Claim], files: Mapping[str, str]) -> list[str]:
    """The quotes of what is written."""
    return [finding.quotes[0].text for finding in findings(claims, files) if finding.written]
