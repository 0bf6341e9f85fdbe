"""The graph over the official async driver: named queries, managed transactions, one retry for all of it.

Both servers (Neo4j and the embedded ArcadeDB) are spoken to alike; what differs is behind `servers.Server`. A lost
connection makes the embedded server start again, and the waiting reads and writes go on.

A unit of work (one read, one whole write) is retried as a whole: at most `TRIES` times, pauses growing from 10 ms
with jitter; longer ones where the server is gone. What is left is translated (`failures.py`). Parameters are never
logged and never in a message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import structlog
from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncGraphDatabase, AsyncTransaction, Query
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from vibe.catalog import Catalog
from vibe.catalog import Query as NamedQuery
from vibe.domain.errors import BadInput, Transient
from vibe.edges.graph.addresses import DATABASE, LINGER_S, Address
from vibe.edges.graph.failures import DRIVER_ERRORS, is_gone, may_pass, translated
from vibe.edges.graph.rows import rows_of
from vibe.edges.graph.sampling import RENEW, WITHIN_S, Samples, rows_in
from vibe.edges.graph.servers import EmbeddedServer, RemoteServer, Server
from vibe.ports.inward import Row, Transaction

T = TypeVar("T")
TRIES = 6
"""The first try and five more."""
_TRIES_TO_OPEN = 3
TRANSACTION_S = 30.0
_CONNECT_S = 15.0
_FETCH_ROWS = 5_000
_log = structlog.get_logger(__name__)
# What the driver says of a lost connection goes to a daemon's log, not to the stderr of a command that mends it.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


def _driver(address: Address) -> AsyncDriver:
    return AsyncGraphDatabase.driver(
        address.uri,
        auth=(address.user, address.password),
        initial_retry_delay=0.02,
        retry_delay_multiplier=1.6,
        retry_delay_jitter_factor=0.5,
        max_transaction_retry_time=10,
        connection_timeout=5,
        connection_acquisition_timeout=_CONNECT_S,
        fetch_size=_FETCH_ROWS,
        user_agent="vibe",
        notifications_min_severity="OFF",
    )


class Neo4jStore:
    """`ports.inward.Store` on a Neo4j or the embedded server; made by `open_store`."""

    def __init__(self, server: Server, catalog: Catalog) -> None:
        self._server = server
        self._catalog = catalog
        self._connected: tuple[Address, AsyncDriver] | None = None
        self._agent = ""
        self._samples = Samples()

    async def read(self, query: str, /, **params: Any) -> list[Row]:
        """Run a query whose mode is `read`; see the port."""
        named = _checked(self._catalog.query(query), params)
        if named.mode != "read":
            raise KeyError(f"{query} is a {named.mode} query, not one to read with")

        async def once() -> list[Row]:
            async with _limited(named), self._session(READ_ACCESS) as session:
                result = await session.run(Query(named.text, timeout=named.timeout_s), params)
                return list(rows_of(await result.fetch(_ALL)))

        return await self._persistently(once, query)

    async def write(self, work: Callable[[Transaction], Awaitable[T]], /) -> T:
        """Run `work` in one managed write transaction; see the port."""

        async def once() -> tuple[T, int]:
            async with self._transaction() as opened:
                transaction = _NamedTransaction(opened, self._catalog)
                answer = await work(transaction)
                async with asyncio.timeout(TRANSACTION_S):
                    await opened.commit()
                return answer, transaction.rows

        answer, rows = await self._persistently(once, getattr(work, "__qualname__", "a write"))
        if self._server.plans_by_samples() and self._samples.note(rows):
            await self._renew_samples()
        return answer

    async def _renew_samples(self) -> None:
        """Have the planner look again; the write stands whether it may or not."""
        try:
            async with asyncio.timeout(WITHIN_S), self._session(WRITE_ACCESS) as session:
                await (await session.run(RENEW, within_s=WITHIN_S)).consume()
        except (TimeoutError, *DRIVER_ERRORS) as error:
            _log.warning("store_samples_not_renewed", error=type(error).__name__)

    async def explain(self, query: str) -> str:
        """Have the server plan a query without running it; the plan's outermost operator, "" where it tells none.

        Raises:
            Permanent: the server cannot run this query.
        """
        named = self._catalog.query(query)

        async def once() -> str:
            async with self._session(READ_ACCESS) as session:
                result = await session.run(f"EXPLAIN {named.text}", dict.fromkeys(named.params))
                plan = (await result.consume()).plan
                return str(plan.get("operatorType", "")) if plan else ""

        return await self._persistently(once, f"explain {query}")

    async def raw(self, text: str, /, **params: Any) -> list[Row]:
        """Run Cypher of our own making in one write transaction; for the schema, moving and tests only."""
        return await self.raw_all([text], **params)

    async def raw_all(self, texts: Sequence[str], /, *, within_s: float = TRANSACTION_S, **params: Any) -> list[Row]:
        """Run several in one transaction, each with the same parameters; the last one's rows."""

        async def once() -> list[Row]:
            async with asyncio.timeout(within_s), self._transaction(within_s) as opened:
                found: list[Any] = []
                for text in texts:
                    found = await (await opened.run(text, params)).fetch(_ALL)
                await opened.commit()
                return list(rows_of(found))

        return await self._persistently(once, _first_line(texts[0]))

    async def raw_read(self, text: str, /, **params: Any) -> list[Row]:
        """Read with Cypher of our own making; for the schema, moving and tests only."""

        async def once() -> list[Row]:
            async with asyncio.timeout(TRANSACTION_S), self._session(READ_ACCESS) as session:
                return list(rows_of(await (await session.run(text, params)).fetch(_ALL)))

        return await self._persistently(once, _first_line(text))

    @asynccontextmanager
    async def quiet(self) -> AsyncIterator[None]:
        """Hold back all writers of an embedded store, for a copy that is whole; our own reads go on."""
        async with self._server.turn():
            yield

    async def agent(self) -> str:
        """What the server calls itself; makes sure that it answers.

        Raises:
            Unreachable: it does not.
        """

        async def once() -> str:
            async with asyncio.timeout(_CONNECT_S):
                async with self._session(READ_ACCESS) as session:
                    summary = await (await session.run("RETURN 1")).consume()
                return str(summary.server.agent)

        self._agent = self._agent or await self._persistently(once, "RETURN 1", tries=_TRIES_TO_OPEN)
        return self._agent

    async def is_embedded_engine(self) -> bool:
        """Whether this is ArcadeDB, which wants property types before indexes (GRAPH R1)."""
        return "ArcadeDB" in await self.agent()

    @property
    def address(self) -> Address:
        """Where the server answers now."""
        return self._server.address

    async def aclose(self) -> None:
        """Close the connections and let go of the server."""
        if self._connected:
            await self._connected[1].close()
            self._connected = None
        await self._server.aclose()

    @asynccontextmanager
    async def _session(self, access: str) -> AsyncIterator[Any]:
        address = self._server.address
        if self._connected is None or self._connected[0] != address:
            left, self._connected = self._connected, (address, _driver(address))
            if left:
                await left[1].close()
        session = self._connected[1].session(database=address.database, default_access_mode=access)
        async with session:
            yield session

    @asynccontextmanager
    async def _transaction(self, within_s: float = TRANSACTION_S) -> AsyncIterator[AsyncTransaction]:
        """Open a write transaction in our turn; what leaves without a commit is rolled back."""
        async with self._server.turn(), self._session(WRITE_ACCESS) as session:
            opened = await session.begin_transaction(timeout=within_s)
            async with opened:
                yield opened

    async def _persistently(self, once: Callable[[], Awaitable[T]], what: str, tries: int = TRIES) -> T:
        """Run a unit of work, as a whole again where that may help, and translate what is left."""
        retrying = AsyncRetrying(
            stop=stop_after_attempt(tries),
            wait=_pause_s,
            retry=retry_if_exception(self._may_pass),
            before_sleep=self._before_again,
            reraise=True,
        )
        try:
            return await retrying(once)
        except TimeoutError as error:
            raise Transient(f"{what}: took longer than it may") from error
        except OverflowError as error:
            raise BadInput(f"{what}: a number is larger than the store can hold") from error
        except (*DRIVER_ERRORS, ConnectionError) as error:
            raise translated(error, what, self._server.address.uri) from error

    async def _before_again(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        _log.debug("store_tries_again", attempt=state.attempt_number, error=type(error).__name__)
        if error is not None and (is_gone(error) or self._server.was_lost()):
            await self._server.revive()

    def _may_pass(self, error: BaseException) -> bool:
        """A server that is ending refuses in many words; what it said counts for nothing once it is gone."""
        return may_pass(error) or (isinstance(error, DRIVER_ERRORS) and self._server.was_lost())


_ALL = 2**31


_WHEN_BUSY = wait_exponential_jitter(multiplier=0.01, exp_base=1.6, max=0.5, jitter=0.01)
_WHEN_GONE = wait_exponential_jitter(multiplier=0.1, exp_base=2, max=3, jitter=0.1)


def _pause_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (_WHEN_GONE if error and is_gone(error) else _WHEN_BUSY)(state)


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0][:60]


def _checked(named: NamedQuery, params: Mapping[str, Any]) -> NamedQuery:
    if set(params) != set(named.params):
        raise KeyError(f"{named.name} takes {sorted(named.params)}, was given {sorted(params)}")
    return named


@asynccontextmanager
async def _limited(named: NamedQuery) -> AsyncIterator[None]:
    """The query's own time limit, on our side too: each server ignores the other's."""
    try:
        async with asyncio.timeout(named.timeout_s) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise Transient(f"{named.name}: took longer than {named.timeout_s:g} s") from error


class _NamedTransaction:
    """`ports.inward.Transaction` over the driver's."""

    def __init__(self, opened: AsyncTransaction, catalog: Catalog) -> None:
        self._opened = opened
        self._catalog = catalog
        self.rows = 0

    async def run(self, query: str, /, **params: Any) -> list[Row]:
        named = _checked(self._catalog.query(query), params)
        self.rows += rows_in(params)
        async with _limited(named):
            result = await self._opened.run(named.text, params)
            return list(rows_of(await result.fetch(_ALL)))


async def open_store(
    *,
    uri: str,
    home: Path,
    catalog: Catalog,
    user: str = "neo4j",
    password: str = "",
    database: str | None = None,
    heap: str = "512m",
    linger_s: float = LINGER_S,
) -> Neo4jStore:
    """Open the store that `graph.uri` names: `embedded:` (under `home/store`) or a `neo4j://`, `bolt://` address.

    Raises:
        BadInput: the address is neither.
        Unreachable: it does not answer; the message says what to do.
    """
    if uri == "embedded:":
        server: Server = await EmbeddedServer.attached(
            home / "store", heap=heap, database=database or DATABASE, linger_s=linger_s
        )
    elif uri.partition("://")[0].split("+")[0] in ("neo4j", "bolt"):
        server = RemoteServer(Address(uri, user, password, database or None))
    else:
        raise BadInput(f'{uri!r} is no store; write "embedded:" or "neo4j://host:7687"', field="graph.uri")
    store = Neo4jStore(server, catalog)
    try:
        await store.agent()
    except BaseException:
        await store.aclose()
        raise
    return store
