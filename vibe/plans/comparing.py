"""Comparing: what a reading changes in the plan that the graph has, and which regenerated block is which known one.

Woken by nobody: pure, used by `importing`. A run that was generated anew has new ids for the same things; `adopted`
gives its blocks the ids the graph has, by kind and title, so that verdicts and evidence stay where they belong.

Source: issue "The whole loop" (Import: `--as PLAN`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vibe.domain.block_rows import import_sha256
from vibe.domain.blocks import Block, Kind
from vibe.domain.identities import derived_id
from vibe.domain.likeness import closest, same_letters
from vibe.domain.plans import PlanReading
from vibe.plans.formats.words import normalised

SURE_SCORE = 90.0
SAME_ID_SCORE = 60.0
MOST_PAIRS = 4_000_000
_NUMBERS = re.compile(r"\d+")
_OWN_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
Known = Mapping[str, Any]
"""A block the graph has of the plan: `id`, `kind`, `title`, `status`, `import_sha256`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a reading means for the graph; `adopted` maps ids of the reading's source to the known ids they got."""

    reading: PlanReading
    added: tuple[Block, ...] = ()
    changed: tuple[Block, ...] = ()
    unchanged: tuple[Block, ...] = ()
    vanished: tuple[Known, ...] = ()
    adopted: Mapping[str, str] = field(default_factory=dict)


def compare(reading: PlanReading, known: Sequence[Known], *, match_titles: bool = False) -> Difference:
    """Sort a reading's blocks into new, changed and unchanged ones, and name what is no longer there.

    A withdrawn block that the plan says again counts as changed; one that is gone and withdrawn is not named again.
    What no import wrote (proposals, questions and evidence that came of them) cannot vanish.
    """
    ids = adopted_ids(reading.blocks, known) if match_titles else {}
    reading = with_ids(reading, ids)
    rows = {row["id"]: row for row in known}
    own = {block.id for block in reading.blocks}
    sorted_in: dict[str, list[Block]] = defaultdict(list)
    for block in reading.blocks:
        row = rows.get(block.id)
        sorted_in["added" if row is None else "changed" if _differs(block, row) else "unchanged"].append(block)
    imported = (row for row in known if row["import_sha256"] is not None)
    vanished = tuple(row for row in imported if row["id"] not in own and row["status"] != "withdrawn")
    return Difference(
        reading,
        tuple(sorted_in["added"]),
        tuple(sorted_in["changed"]),
        tuple(sorted_in["unchanged"]),
        vanished,
        {old: new for old, new in ids.items() if new in rows},
    )


def adopted(reading: PlanReading, known: Sequence[Known]) -> PlanReading:
    """Give a regenerated reading's blocks the ids of the known blocks they are, and rewrite its links."""
    return with_ids(reading, adopted_ids(reading.blocks, known))


def with_ids(reading: PlanReading, ids: Mapping[str, str]) -> PlanReading:
    """Rename blocks, and the ends of the links that name them; ids that are not in the map stay."""
    if not ids:
        return reading
    blocks = (replace(block, id=ids.get(block.id, block.id)) for block in reading.blocks)
    links = (
        replace(link, source=ids.get(link.source, link.source), target=ids.get(link.target, link.target))
        for link in reading.links
    )
    return replace(reading, blocks=tuple(blocks), links=tuple(links))


def adopted_ids(blocks: Iterable[Block], known: Sequence[Known]) -> dict[str, str]:
    """Find the id each block should have where it is not its own; no two blocks get the same.

    Blocks are matched within their kind: those with an id of their own (a UUID, the goal) by it, then by title, then by
    a title that is nearly the same (and has the same numbers). A block that matches nothing, but whose id (made from a
    number like A1) belongs to something else, gets a new one.
    """
    found: dict[str, str] = {}
    rows: dict[str, list[Known]] = defaultdict(list)
    new: dict[str, list[Block]] = defaultdict(list)
    for row in known:
        rows[str(row["kind"])].append(row)
    for block in blocks:
        new[block.kind.value].append(block)
    for kind, members in new.items():
        found |= _match(members, rows[kind])
    taken = {row["id"] for row in known}
    for block in (block for members in new.values() for block in members):
        if block.id not in found and block.id in taken:
            found[block.id] = derived_id(block.id, block.content_sha256)
    return {old: now for old, now in found.items() if old != now}


def _match(blocks: list[Block], known: list[Known]) -> dict[str, str]:
    """Match the blocks of one kind; what the surer ways took is gone for the others."""
    matching = _Matching({row["id"]: row for row in sorted(known, key=lambda row: row["status"] == "withdrawn")})
    for way in (matching.by_own_id, matching.by_title, matching.by_likeness, matching.by_shared_id):
        way([block for block in blocks if block.id not in matching.found])
    return matching.found


@dataclass
class _Matching:
    """Known blocks that are still free, those of withdrawn last, and the ids found so far."""

    free: dict[str, Known]
    found: dict[str, str] = field(default_factory=dict)

    def take(self, block: Block, identity: str) -> None:
        """Say that this block is that known one."""
        self.found[block.id] = identity
        del self.free[identity]

    def by_own_id(self, blocks: list[Block]) -> None:
        """The same id, where it is the block's own or the title agrees."""
        for block in blocks:
            row = self.free.get(block.id)
            if row and (_has_own_id(block) or normalised(block.title) == normalised(row["title"])):
                self.take(block, block.id)

    def by_title(self, blocks: list[Block]) -> None:
        """The same title; of several in their order."""
        titles: dict[str, list[str]] = defaultdict(list)
        for identity, row in reversed(self.free.items()):
            titles[normalised(row["title"])].append(identity)
        for block in blocks:
            same = titles.get(normalised(block.title))
            if same:
                self.take(block, same.pop())

    def by_likeness(self, blocks: list[Block]) -> None:
        """Nearly the same title with the same numbers, the likest first; nothing where there are too many."""
        if len(blocks) * len(self.free) > MOST_PAIRS:
            return
        titles = {identity: normalised(row["title"]) for identity, row in self.free.items()}
        scored: list[tuple[float, int, str]] = []
        for index, block in enumerate(blocks):
            title = normalised(block.title)
            likely = closest(title, titles, SURE_SCORE, 5)
            same = [(text, score, identity) for text, score, identity in likely if _numbers(text) == _numbers(title)]
            scored += [(-score, index, identity) for _, score, identity in same]
        for _, index, identity in sorted(scored):
            if identity in self.free and blocks[index].id not in self.found:
                self.take(blocks[index], identity)

    def by_shared_id(self, blocks: list[Block]) -> None:
        """The same id, made from a number, and a title that is at least alike."""
        for block in blocks:
            row = self.free.get(block.id)
            if row and same_letters(normalised(block.title), normalised(row["title"])) >= SAME_ID_SCORE:
                self.take(block, block.id)


def _has_own_id(block: Block) -> bool:
    return block.kind is Kind.NORTH_STAR or bool(_OWN_ID.fullmatch(str(block.properties.get("sourceId", ""))))


def _numbers(title: str) -> list[str]:
    return _NUMBERS.findall(title)


def _differs(block: Block, row: Known) -> bool:
    return bool(row["import_sha256"] != import_sha256(block) or row["status"] == "withdrawn")
