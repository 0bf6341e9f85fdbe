"""Comparing two graphs node by node and link by link (`vibe ledger replay`).

Statements are put together from the lists of `moving`, never from what is read. Left out is bookkeeping, which makes
no ledger entries: deliveries, due times, turns, inboxes, and who looks after an outward step.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vibe.edges.graph.adapter import Neo4jStore
from vibe.edges.graph.moving import PATTERNS, pages

BOOKKEEPING = frozenset({"Delivery", "Due", "Inbox", "Channel"})
_NOT_COMPARED: Mapping[str, frozenset[str]] = {
    "Step": frozenset({"epoch", "lock"}),
    "ExecutionTask": frozenset({"lock", "seenMs", "dueMs"}),  # leases run on without an entry
    "Agent": frozenset({"lock", "lastSeenMs", "records"}),  # seen and counted without an entry
}
_LOCK = frozenset({"lock"})
_SHOWN = 20


@dataclass(slots=True)
class Compared:
    """How many nodes and links both have alike, and where they differ."""

    nodes: int = 0
    links: int = 0
    differences: int = 0
    shown: list[str] = field(default_factory=list)
    """The first differences, in words."""

    def differs(self, text: str) -> None:
        """Note a difference."""
        self.differences += 1
        if len(self.shown) < _SHOWN:
            self.shown.append(text)


async def compare_graphs(one: Neo4jStore, other: Neo4jStore) -> Compared:
    """Compare all that the ledger tells of; `one` is the graph as it is, `other` the one made from the ledger."""
    found = Compared()
    for label in PATTERNS:
        if label not in BOOKKEEPING:
            await _compare_nodes(label, one, other, found)
            await _compare_links(label, one, other, found)
    return found


async def _compare_nodes(label: str, one: Neo4jStore, other: Neo4jStore, found: Compared) -> None:
    left = _NOT_COMPARED.get(label, _LOCK)
    async for rows in pages(one, label):
        ids = [row["id"] for row in rows]
        text = f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN id, properties(n) AS whole"
        there = {row["id"]: row["whole"] for row in await other.raw_read(text, ids=ids)}
        for row in rows:
            _compare(label, _kept(row, left), there.get(row["id"]), left, found)
    before, after = await _count(one, label), await _count(other, label)
    if after > before:
        found.differs(f"{after - before} {label} more than there are")


def _compare(
    label: str, whole: Mapping[str, Any], other: Mapping[str, Any] | None, left: frozenset[str], found: Compared
) -> None:
    if other is None:
        found.differs(f"{label} {whole['id']} is not in the ledger")
        return
    rebuilt = _kept(other, left)
    names = sorted(name for name in whole.keys() | rebuilt.keys() if whole.get(name) != rebuilt.get(name))
    if names:
        found.differs(f"{label} {whole['id']} differs in {', '.join(names)}")
    else:
        found.nodes += 1


def _kept(whole: Mapping[str, Any], left: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in left}


async def _count(store: Neo4jStore, label: str) -> int:
    return int((await store.raw_read(f"MATCH (n:{label}) RETURN count(n) AS count"))[0]["count"])


async def _compare_links(label: str, one: Neo4jStore, other: Neo4jStore, found: Compared) -> None:
    """Compare what leaves the nodes of a label, as sets; both are paged over the same nodes."""
    async for rows in pages(one, label):
        ids = [row["id"] for row in rows]
        before, after = await _links(one, label, ids), await _links(other, label, ids)
        found.links += len(before & after)
        for source, kind, target, _ in sorted(before - after):
            found.differs(f"{kind} from {source} to {target} is not in the ledger")
        for source, kind, target, _ in sorted(after - before):
            found.differs(f"{kind} from {source} to {target} is not in the graph")


async def _links(store: Neo4jStore, label: str, ids: list[str]) -> set[tuple[str, str, str, str]]:
    rows = await store.raw_read(
        f"UNWIND $ids AS id MATCH (a:{label} {{id: id}})-[r]->(b) "
        "RETURN id AS source, type(r) AS type, coalesce(b.id, b.name) AS target, properties(r) AS whole",
        ids=ids,
    )
    return {(row["source"], row["type"], row["target"], repr(sorted(row["whole"].items()))) for row in rows}


async def values_of(store: Neo4jStore) -> AsyncIterator[Any]:
    """Every property of everything the ledger tells of."""
    for label in PATTERNS:
        if label not in BOOKKEEPING | {"LedgerEntry"}:
            async for rows in pages(store, label):
                for row in rows:
                    for value in row.values():
                        yield value
