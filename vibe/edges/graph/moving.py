"""Copying a whole graph to another store (`vibe graph move`): nodes label by label, then what links them, in batches.

The source's writers wait meanwhile. The target must have the schema and be empty otherwise; a copy that was cut off
is begun again on an emptied target. Statements are put together from the fixed lists below, never from what is read:
a label or type that is not listed stops the copy instead of being lost. At the end both stores are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Any

from vibe.domain.blocks import Kind, LinkType
from vibe.domain.errors import Permanent
from vibe.edges.graph.adapter import Neo4jStore

MACHINERY = tuple(
    """Gap LedgerEntry Delivery Step Plan Verdict Suppression Person ResearchRun Source Claim Notification Debate Round
    Budget Rule Rung Ticket Intent Execution ExecutionTask Agent Batch Due Loop Inbox
    Pairing Channel Sent""".split()
)
TYPES = (*(link.value for link in LinkType), "MADE")
PATTERNS = {**{kind.value: f"Block:{kind.value}" for kind in Kind}, **{name: name for name in MACHINERY}}
_PAGED_BY = {**{kind.value: ("key", -1) for kind in Kind}, "LedgerEntry": ("seq", -1)}
_COUNTERS = "MATCH (c:Counter) WHERE c.name > '' RETURN properties(c) AS whole ORDER BY c.name LIMIT 100"
_PAGE = 200
"""Rows a statement takes: entries of an import can hold 2 MB, a message 64 MB."""


async def move_graph(source: Neo4jStore, target: Neo4jStore) -> dict[str, int]:
    """Copy everything; how many nodes of each label and relationships of each type there are now.

    Raises:
        Permanent: the target holds something already, the source holds what no list names, or the counts differ.
    """
    if any((await count_graph(target)).values()):
        raise Permanent("the target store is not empty; give an empty database, or empty it first")
    one_turn = source.address.folder is not None and source.address.folder == target.address.folder
    async with nullcontext() if one_turn else source.quiet():  # databases of one server share the writers' turn
        for label, pattern in PATTERNS.items():
            async for rows in pages(source, label):
                await target.raw(f"UNWIND $rows AS r CREATE (n:{pattern}) SET n = r", rows=rows)
        counters = [row["whole"] for row in await source.raw_read(_COUNTERS)]
        await target.raw("UNWIND $rows AS r CREATE (c:Counter) SET c = r", rows=counters)
        for label in PATTERNS:
            async for rows in pages(source, label):
                await _copy_links(source, target, _family(label), [row["id"] for row in rows])
        before, after = await count_graph(source), await count_graph(target)
    if before != after:
        raise Permanent(f"the copy differs: {_differences(before, after)}; empty the target and try again")
    return after


async def count_graph(store: Neo4jStore) -> dict[str, int]:
    """How many nodes of each label and relationships of each type a store has; also of what no list names."""
    nodes = await store.raw_read(
        "MATCH (n) WHERE NOT n:SchemaStep UNWIND labels(n) AS name RETURN name, count(*) AS count ORDER BY name"
    )
    links = await store.raw_read("MATCH ()-[r]->() RETURN type(r) AS name, count(*) AS count ORDER BY name")
    return {row["name"]: row["count"] for row in [*nodes, *links]}


async def pages(store: Neo4jStore, label: str) -> AsyncIterator[list[dict[str, Any]]]:
    """The properties of all nodes of a label, page by page."""
    name, after = _PAGED_BY.get(label, ("id", ""))
    text = (
        f"MATCH (n:{label}) WHERE n.{name} > $after "
        f"RETURN n.{name} AS place, properties(n) AS whole ORDER BY n.{name} LIMIT $limit"
    )
    while rows := await store.raw_read(text, after=after, limit=_PAGE):
        yield [row["whole"] for row in rows]
        after = rows[-1]["place"]


async def _copy_links(source: Neo4jStore, target: Neo4jStore, family: str, ids: list[str]) -> None:
    """Copy what leaves the nodes of these ids."""
    found = await source.raw_read(
        f"UNWIND $ids AS id MATCH (a:{family} {{id: id}})-[r]->(b) "
        "RETURN id AS source, b.id AS target, type(r) AS type, labels(b) AS labels, properties(r) AS whole",
        ids=ids,
    )
    alike: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        alike[_listed(row)].append({name: row[name] for name in ("source", "target", "whole")})
    for (type_, end), rows in alike.items():
        text = (
            f"UNWIND $rows AS r MATCH (a:{family} {{id: r.source}}) MATCH (b:{end} {{id: r.target}}) "
            f"CREATE (a)-[x:{type_}]->(b) SET x = r.whole"
        )
        for start in range(0, len(rows), _PAGE):
            await target.raw(text, rows=rows[start : start + _PAGE])


def _listed(row: Any) -> tuple[str, str]:
    """The type of a relationship and the family of its end, if the lists have them."""
    family = next((_family(label) for label in PATTERNS if label in row["labels"]), None)
    if row["type"] not in TYPES or family is None:
        raise Permanent(f"a {row['type']!r} to {row['labels']!r} is in no list of what can be moved")
    return row["type"], family


def _family(label: str) -> str:
    """The label that a node's unique id belongs to."""
    return "Block" if PATTERNS[label] != label else label


def _differences(before: dict[str, int], after: dict[str, int]) -> str:
    names = sorted(name for name in before.keys() | after.keys() if before.get(name, 0) != after.get(name, 0))
    return ", ".join(f"{before.get(name, 0)} {name} became {after.get(name, 0)}" for name in names)
