"""The rules' queries on both servers: a graph has the same gaps whichever of a rule's three queries is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.generators.graphs import Planted, planted_graph
from vibe.catalog import Catalog
from vibe.domain.block_rows import create_blocks, create_links
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.changes import Effect
from vibe.domain.gaps import Found
from vibe.edges.graph.adapter import Neo4jStore

AT = datetime(2026, 3, 1, tzinfo=UTC)
RULES = sorted(Catalog().rules)


@pytest.fixture
def tried() -> Catalog:
    """The shipped queries, in place of the contract's own."""
    return Catalog()


async def write(store: Neo4jStore, effects: Iterable[Effect]) -> None:
    """Run effects without the ledger."""
    for effect in effects:
        for start in range(0, len(effect.rows), 500):
            rows = list(effect.rows[start : start + 500])
            await store.write(lambda tx, query=effect.query, rows=rows: tx.run(query, rows=rows))


async def put(store: Neo4jStore, blocks: Sequence[Block], links: Sequence[Link] = ()) -> None:
    """Write blocks of a plan and their links."""
    await write(store, create_blocks(blocks, at=AT, actor="owner:test", plan="plan") + create_links(links))


def expected(graph: Planted, rule: str) -> set[tuple[str, ...]]:
    """The related blocks of a rule's planted gaps."""
    return {related for name, related in graph.gaps if name == rule}


@pytest.mark.asyncio
async def test_each_query_of_a_rule_finds_the_planted_gaps(store: Neo4jStore) -> None:
    """Anchors page by page, tests id by id and what is touched by everything agree with what was planted."""
    graph = planted_graph(400)
    ids = [block.id for block in graph.blocks]
    await put(store, graph.blocks, graph.links)
    for rule in RULES:
        scanned, after = set(), -1
        while rows := await store.read(f"gaps/{rule}/anchors", after=after, limit=3, skip=[]):
            scanned |= {Found.of(rule, row["related"]).related for row in rows}
            assert [row["key"] for row in rows] == sorted(row["key"] for row in rows)
            after = rows[-1]["key"]
        rows = await store.read(f"gaps/{rule}/test", ids=ids, skip=[])
        tested = {Found.of(rule, row["related"]).related for row in rows}
        touched = {row["id"] for row in await store.read(f"gaps/{rule}/touched", ids=ids, limit=5000)}
        assert scanned == tested == expected(graph, rule)
        assert {related[0] for related in tested} <= touched


@pytest.mark.asyncio
async def test_blocks_of_a_plan_that_is_coming_in_are_skipped(store: Neo4jStore) -> None:
    """Neither scan nor test finds a gap in a plan that is named to be skipped."""
    graph = planted_graph(200)
    ids = [block.id for block in graph.blocks]
    await put(store, graph.blocks, graph.links)
    for rule in RULES:
        assert await store.read(f"gaps/{rule}/anchors", after=-1, limit=5000, skip=["other", "plan"]) == []
        assert await store.read(f"gaps/{rule}/test", ids=ids[:500], skip=["plan"]) == []


@pytest.mark.asyncio
async def test_an_agent_can_provide_a_capability(store: Neo4jStore) -> None:
    """An active agent fills the gap, one that was revoked does not, and either touches the tasks that need it."""
    blocks = [Block("t", Kind.TASK, "Paint", "", "pending"), Block("c", Kind.CAPABILITY, "Painting")]
    await put(store, blocks, [Link(LinkType.REQUIRES, "t", "c")])
    await store.raw(
        "MATCH (c:Block {id: 'c'}) CREATE (:Agent {id: 'a', status: 'active'})-[:PROVIDES]->(c) "
        "CREATE (:Agent {id: 'gone', status: 'revoked'})-[:PROVIDES]->(c) RETURN 1 AS one"
    )
    provided = await store.read("gaps/missing_capability/test", ids=["t"], skip=[])
    touched = await store.read("gaps/missing_capability/touched", ids=["a"], limit=10)
    await store.raw("MATCH (a:Agent {id: 'a'}) SET a.status = 'revoked' RETURN 1 AS one")
    lacking = await store.read("gaps/missing_capability/test", ids=["t"], skip=[])
    assert provided == []
    assert [row["id"] for row in touched] == ["t"]
    assert [row["related"] for row in lacking] == [["t", "c"]]


@pytest.mark.asyncio
async def test_a_person_s_verdict_settles_a_contradiction_until_later_evidence(store: Neo4jStore) -> None:
    """Evidence written before the verdict is settled, the same evidence written anew after it is not."""
    blocks = [Block("d", Kind.DECISION, "Rent"), Block("e", Kind.EVIDENCE, "It floods")]
    kept = {"id": "d", "props": {"keptAt": AT + timedelta(seconds=1)}}
    again = {"id": "e", "props": {"updatedAt": AT + timedelta(seconds=2)}}
    counts = []
    await put(store, blocks, [Link(LinkType.CONTRADICTS, "e", "d")])
    for row in (None, kept, again):
        await write(store, [Effect("blocks/set", row)] if row else [])
        tested = await store.read("gaps/contradicted/test", ids=["d"], skip=[])
        scanned = await store.read("gaps/contradicted/anchors", after=-1, limit=5, skip=[])
        counts.append((len(tested), len(scanned)))
    assert counts == [(1, 1), (0, 0), (1, 1)]


@pytest.mark.asyncio
async def test_reach_stops_at_three_hops_and_a_hundred_blocks(store: Neo4jStore) -> None:
    """A chain counts three, a hub a hundred, each way; a NorthStar that is addressed is borne on."""
    chain = [Block(f"c{number}", Kind.TASK, "Step", "", "pending") for number in range(6)]
    hub = [Block("hub", Kind.DECISION, "Hub"), *(Block(f"h{number}", Kind.TASK, "Leaf") for number in range(150))]
    goal = Block("goal", Kind.NORTH_STAR, "A café that pays")
    links = [Link(LinkType.DEPENDS_ON, f"c{number + 1}", f"c{number}") for number in range(5)]
    links += [Link(LinkType.DEPENDS_ON, f"h{number}", "hub") for number in range(150)]
    links += [Link(LinkType.BLOCKS, "hub", f"h{number}") for number in range(150)]
    links += [Link(LinkType.ADDRESSES, "hub", "goal")]
    await put(store, [*chain, *hub, goal], links)
    rows = {row["id"]: row for row in await store.read("gaps/facts", ids=["c0", "c4", "hub"])}
    assert (rows["c0"]["leaning"], rows["c4"]["leaning"]) == (3, 1)
    assert (rows["hub"]["leaning"], rows["hub"]["resting"]) == (100, 100)
    assert [rows[name]["bears_on_goal"] for name in ("c0", "hub")] == [False, True]


def test_every_rule_is_a_folder_of_three_queries() -> None:
    """Each rule's folder has its anchors, what is touched, and its test, and nothing else."""
    folder = Path(Catalog().folder) / "gaps"
    parts = {path.name: sorted(file.name for file in path.iterdir()) for path in folder.iterdir() if path.is_dir()}
    assert parts == {rule: ["anchors.cypher", "test.cypher", "touched.cypher"] for rule in RULES}
