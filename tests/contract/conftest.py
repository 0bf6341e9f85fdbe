"""One store for every contract test, on each server there is: the embedded one, and a real Neo4j, emptied first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.stores import fresh_store, second_user
from vibe.catalog import Catalog
from vibe.edges.graph.adapter import Neo4jStore, open_store
from vibe.edges.graph.schema import apply_schema

SERVERS = [pytest.param("embedded", marks=pytest.mark.embedded), pytest.param("neo4j", marks=pytest.mark.neo4j)]
Another = Callable[[], Awaitable[Neo4jStore]]

_QUERIES = {
    "try/put": ("write", "rows list[map]", "id str", "UNWIND $rows AS r CREATE (b:Block) SET b = r RETURN b.id AS id"),
    "try/get": (
        "read",
        "ids list[str]",
        "id str, whole map",
        "UNWIND $ids AS id MATCH (b:Block {id: id}) RETURN b.id AS id, properties(b) AS whole ORDER BY id",
    ),
    "try/node": ("read", "id str", "node map", "MATCH (b:Block {id: $id}) RETURN b AS node LIMIT 1"),
    "try/echo": ("read", "value any", "value any", "RETURN $value AS value"),
    "try/start": ("write", "n int", "n int", "CREATE (c:Counter {name: 'tried'}) SET c.n = $n RETURN c.n AS n"),
    "try/lock": (
        "write",
        "nonce str",
        "n int",
        "MATCH (c:Counter {name: 'tried'}) SET c.lock = $nonce RETURN c.n AS n",
    ),
    "try/set": ("write", "n int", "n int", "MATCH (c:Counter {name: 'tried'}) SET c.n = $n RETURN c.n AS n"),
    "try/count": ("read", "none", "n int", "MATCH (c:Counter {name: 'tried'}) RETURN c.n AS n LIMIT 1"),
    "try/slow": (
        "read",
        "size int",
        "total int",
        "UNWIND range(1, $size) AS a UNWIND range(1, 1000) AS b RETURN sum(a * b) AS total",
    ),
    "try/broken": ("read", "none", "one int", "RETURN no_such_function(1) AS one"),
}


def _text(name: str, mode: str, params: str, returns: str, body: str) -> str:
    lines = {"name": name, "does": "tried by the contract", "mode": mode, "params": params, "returns": returns}
    lines |= {"rows": "any", "timeout_s": "0.05" if name == "try/slow" else "20", "source": "tests"}
    lines |= {"stage": "create"} if mode == "write" else {}
    return "\n".join(f"// {key}: {value}" for key, value in lines.items()) + "\n" + body


@pytest.fixture
def tried(tmp_path: Path) -> Catalog:
    """A catalog of queries that only the contract uses."""
    (tmp_path / "try").mkdir()
    for name, parts in _QUERIES.items():
        (tmp_path / f"{name}.cypher").write_text(_text(name, *parts))
    return Catalog(tmp_path)


@asynccontextmanager
async def _empty_neo4j(request: pytest.FixtureRequest, catalog: Catalog) -> AsyncIterator[Neo4jStore]:
    uri, user, password = request.getfixturevalue("neo4j_uri")
    store = await open_store(uri=uri, home=Path("/nowhere"), catalog=catalog, user=user, password=password)
    try:
        await store.raw("MATCH (n) DETACH DELETE n")
        yield store
    finally:
        await store.aclose()


@pytest_asyncio.fixture(params=SERVERS)
async def store(request: pytest.FixtureRequest, tried: Catalog) -> AsyncIterator[Neo4jStore]:
    """An empty store with the schema applied and the queries of `tried`."""
    if request.param == "embedded":
        async with fresh_store(tried) as opened:
            yield opened
    else:
        async with _empty_neo4j(request, tried) as opened:
            await apply_schema(opened)
            yield opened


@pytest_asyncio.fixture(params=SERVERS)
async def bare_store(request: pytest.FixtureRequest, tried: Catalog) -> AsyncIterator[Neo4jStore]:
    """An empty store that no schema file was recorded in."""
    if request.param == "embedded":
        async with fresh_store(tried, schema=False) as opened:
            yield opened
    else:
        async with _empty_neo4j(request, tried) as opened:
            yield opened


@pytest_asyncio.fixture
async def another(request: pytest.FixtureRequest, tried: Catalog) -> AsyncIterator[Callable[[Neo4jStore], object]]:
    """Opens one more user of a given store, as another process would."""
    async with AsyncExitStack() as stack:

        async def open_one(first: Neo4jStore) -> Neo4jStore:
            if first.address.folder:
                return await stack.enter_async_context(second_user(first, tried))
            uri, user, password = request.getfixturevalue("neo4j_uri")
            opened = await open_store(uri=uri, home=Path("/nowhere"), catalog=tried, user=user, password=password)
            stack.push_async_callback(opened.aclose)
            return opened

        yield open_one
