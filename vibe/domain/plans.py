"""Plans: what reading somebody's plan yields, before anything of it is in the graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vibe.domain.blocks import Block, Kind, Link


class Format(StrEnum):
    """The forms a plan can come in."""

    PLANEXE = "planexe"
    MARKDOWN = "markdown"
    JSON = "json"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the input that its owner should know.

    `what` says what was left out and, where there is one, the form to use. A `note` lost nothing; everything else is a
    warning, which `--strict` refuses. `file` is relative to the plan's folder; `line` counts from 1.
    """

    file: str
    line: int | None
    what: str
    note: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is kept as the plan's corpus: `text.encode()` is the file, byte for byte, and has that SHA-256."""

    name: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanReading:
    """All that a plan says, as blocks and links.

    `plan` is the plan's stable id. Links are PART_OF only between a task and its parent task: that each block is part
    of the plan, and that the plan addresses its NorthStar, is left to the importing handler. `outside` are the ids that
    links name and this input does not hold (exchange format only): they may be in the graph already; where they are
    not, their links must not be written.
    """

    plan: str
    title: str
    source: Format
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    documents: tuple[Document, ...] = ()
    remarks: tuple[Remark, ...] = ()
    outside: frozenset[str] = frozenset()

    @property
    def warnings(self) -> tuple[Remark, ...]:
        """The remarks about what was left out."""
        return tuple(remark for remark in self.remarks if not remark.note)

    @property
    def counts(self) -> dict[str, int]:
        """How many blocks there are of each kind, kinds without one left out."""
        return count_kinds(self.blocks)


def count_kinds(blocks: Iterable[Block]) -> dict[str, int]:
    """Count blocks by kind, in the order of `Kind`."""
    kinds = [block.kind for block in blocks]
    return {kind.value: kinds.count(kind) for kind in Kind if kind in kinds}
