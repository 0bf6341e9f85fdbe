"""Moving a graph from the embedded store to another server, and copies of it while it runs."""

from __future__ import annotations

import asyncio
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from tests.stores import fresh_store
from vibe.domain.errors import Permanent
from vibe.edges.graph.adapter import Neo4jStore
from vibe.edges.graph.engine import backup
from vibe.edges.graph.moving import PATTERNS, TYPES, count_graph, move_graph
from vibe.edges.graph.schema import read_steps

pytestmark = pytest.mark.asyncio
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINKS = "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS type, r.why AS why, b.id AS b ORDER BY a, type, b"
NODES = "MATCH (n) WHERE NOT n:SchemaStep RETURN labels(n) AS labels, properties(n) AS whole"


@pytest_asyncio.fixture
async def source() -> AsyncIterator[Neo4jStore]:
    """An embedded store with more tasks than a batch holds, links in both directions, and machinery."""
    async with fresh_store() as opened:
        rows = [{"id": f"t{number}", "key": number, "title": "ä 🙂", "createdAt": NOON} for number in range(450)]
        await opened.raw("UNWIND $rows AS r CREATE (b:Block:Task) SET b = r", rows=rows)
        await opened.raw("CREATE (b:Block:Decision {id: 'd', key: 5, tags: ['a', 'b'], done: true, ratio: 0.5})")
        await opened.raw("MATCH (t:Task) MATCH (d:Block {id: 'd'}) CREATE (t)-[:DEPENDS_ON {why: t.id}]->(d)")
        await opened.raw("MATCH (d:Block {id: 'd'}) CREATE (g:Gap {id: 'g', key: 1})-[:CONCERNS]->(d)")
        await opened.raw(
            "CREATE (:Person {id: 'p'})-[:MADE]->(:Verdict {id: 'v'})-[:CONCERNS]->(:Gap {id: 'h', key: 2})"
        )
        await opened.raw("UNWIND range(1, 300) AS n CREATE (:LedgerEntry {id: 'e' + toString(n), seq: n, body: 'x'})")
        await opened.raw("CREATE (:Counter {name: 'ledger', n: 300})")
        yield opened


async def everything(store: Neo4jStore) -> tuple[list[str], list[object]]:
    """All nodes and links of a store in an order that does not depend on it."""
    nodes = await store.raw_read(NODES)
    said = sorted(repr((sorted(row["labels"]), sorted(row["whole"].items()))) for row in nodes)
    return said, list(await store.raw_read(LINKS))


async def test_a_moved_graph_is_the_same_graph(source: Neo4jStore, store: Neo4jStore) -> None:
    """Every node with its labels and properties and every link with its own arrive, on either server."""
    counts = await move_graph(source, store)
    assert (await everything(store), counts["Task"], counts["DEPENDS_ON"]) == (await everything(source), 450, 450)


async def test_a_target_that_holds_something_is_left_alone(source: Neo4jStore, store: Neo4jStore) -> None:
    """Nothing is mixed into a graph that exists."""
    await store.raw("CREATE (:Block:Task {id: 'mine', key: 1})")
    with pytest.raises(Permanent, match="not empty"):
        await move_graph(source, store)
    assert await count_graph(store) == {"Block": 1, "Task": 1}


async def test_what_no_list_names_is_not_lost_in_silence(source: Neo4jStore, store: Neo4jStore) -> None:
    """A label of somebody else's makes the move fail with its name."""
    await source.raw("CREATE (:Stranger {id: 's'})")
    with pytest.raises(Permanent, match="1 Stranger became 0"):
        await move_graph(source, store)


@pytest.mark.embedded
async def test_a_backup_is_a_whole_copy_of_the_running_store(source: Neo4jStore) -> None:
    """While the server runs, the engine writes a zip of the database's folder and says where it is."""
    written = await asyncio.to_thread(backup, source.address)
    with zipfile.ZipFile(written) as archive:
        assert (archive.testzip(), "schema.json" in archive.namelist()) == (None, True)


async def test_the_lists_are_those_of_the_schema() -> None:
    """What the schema makes ready can be moved."""
    text = " ".join(" ".join(step.statements) for step in read_steps())
    labels = set(re.findall(r"\(\w*:(?:Block:)?(\w+) ", text)) - {"Block", "Counter", "SchemaStep"}
    assert (labels ^ PATTERNS.keys(), set(re.findall(r"-\[r:(\w+)\]->", text)) ^ set(TYPES)) == (set(), set())
