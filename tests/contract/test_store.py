"""What every store does alike: named reads, whole-unit writes, plain values, one tree of errors."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from vibe.catalog import Catalog
from vibe.domain.errors import BadInput, Conflict, Permanent, Transient, Unreachable
from vibe.edges.graph.adapter import TRIES, Neo4jStore, open_store
from vibe.edges.graph.addresses import free_port
from vibe.ports.inward import Transaction

pytestmark = pytest.mark.asyncio
NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


async def put(store: Neo4jStore, *rows: dict[str, Any]) -> list[Any]:
    """Create blocks."""
    return await store.write(lambda transaction: transaction.run("try/put", rows=list(rows)))


async def get(store: Neo4jStore, *ids: str) -> dict[str, Any]:
    """Read blocks, by id."""
    return {row["id"]: row["whole"] for row in await store.read("try/get", ids=list(ids))}


@pytest.mark.parametrize(
    "value",
    ["", "größer 🙂 'quoted' \\ \n $id", 2**53 + 1, -(2**62), 0.1, -0.0, True, ["a", "b"], [1, 2], [], "x" * 1_000_000],
    ids=lambda value: repr(value)[:20],
)
async def test_a_value_comes_back_as_it_was_stored(store: Neo4jStore, value: object) -> None:
    """Text, whole numbers of 62 bits, fractions, truth and lists survive exactly, with their type."""
    await put(store, {"id": "a", "held": value})
    found = (await get(store, "a"))["a"]["held"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("value", [None, {"a": [1, {"b": None}]}, [[1], [2]], NOON.date()], ids=repr)
async def test_a_returned_value_is_plain(store: Neo4jStore, value: object) -> None:
    """What a query makes of maps, lists and dates arrives as Python's own."""
    assert await store.read("try/echo", value=value) == [{"value": value}]


async def test_null_takes_a_property_away(store: Neo4jStore) -> None:
    """A row's null is no property, not a value."""
    await put(store, {"id": "a", "gone": None})
    assert (await get(store, "a"))["a"] == {"id": "a"}


async def test_a_number_larger_than_the_store_holds_is_bad_input(store: Neo4jStore) -> None:
    """What does not fit into 64 bits is refused with the query's name, and the next call works."""
    with pytest.raises(BadInput, match="larger than the store"):
        await store.raw("RETURN $n AS n", n=2**70)
    assert await store.raw("RETURN $n AS n", n=2**62) == [{"n": 2**62}]


async def test_an_instant_comes_back_aware_in_utc(store: Neo4jStore) -> None:
    """Instants keep their microseconds; one from another zone is the same instant."""
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    await put(store, {"id": "a", "createdAt": NOON}, {"id": "b", "createdAt": elsewhere})
    found = await get(store, "a", "b")
    assert [(found[id_]["createdAt"], found[id_]["createdAt"].tzinfo) for id_ in "ab"] == [(NOON, UTC), (NOON, UTC)]


async def test_an_instant_without_a_zone_is_utc(store: Neo4jStore) -> None:
    """A reader never gets a naive instant."""
    await put(store, {"id": "a", "seenAt": NOON.replace(tzinfo=None)})
    assert (await get(store, "a"))["a"]["seenAt"] == NOON


async def test_a_node_is_its_properties(store: Neo4jStore) -> None:
    """A query that returns a whole node gives a plain dict with plain values."""
    await put(store, {"id": "a", "createdAt": NOON})
    assert await store.read("try/node", id="a") == [{"node": {"id": "a", "createdAt": NOON}}]


async def test_only_named_queries_run(store: Neo4jStore) -> None:
    """A name that no file has is a bug of the caller."""
    with pytest.raises(KeyError, match="try/none"):
        await store.read("try/none")


@pytest.mark.parametrize("params", [{}, {"ids": [], "more": 1}, {"id": "a"}], ids=repr)
async def test_parameters_are_those_declared(store: Neo4jStore, params: dict[str, Any]) -> None:
    """Parameters missing or too many are a bug of the caller, before anything is sent."""
    with pytest.raises(KeyError, match="try/get takes"):
        await store.read("try/get", **params)


async def test_reading_does_not_write(store: Neo4jStore) -> None:
    """A write query is not run by `read`."""
    with pytest.raises(KeyError, match="write query"):
        await store.read("try/put", rows=[{"id": "a"}])
    assert await get(store, "a") == {}


async def test_a_write_is_seen_inside_and_afterwards(store: Neo4jStore) -> None:
    """A transaction reads what it wrote; its answer is the work's own."""

    async def work(transaction: Transaction) -> str:
        await transaction.run("try/put", rows=[{"id": "a"}])
        return str((await transaction.run("try/get", ids=["a"]))[0]["id"])

    assert (await store.write(work), list(await get(store, "a"))) == ("a", ["a"])


async def test_work_that_fails_leaves_nothing(store: Neo4jStore) -> None:
    """An error of the work's own rolls everything back, is not retried, and reaches the caller as it is."""
    runs = []

    async def work(transaction: Transaction) -> None:
        runs.append(1)
        await transaction.run("try/put", rows=[{"id": "a"}])
        raise Conflict("somebody decided")

    with pytest.raises(Conflict, match="somebody decided"):
        await store.write(work)
    assert (await get(store, "a"), len(runs)) == ({}, 1)


async def test_work_that_is_cancelled_leaves_nothing(store: Neo4jStore) -> None:
    """Stopping in the middle of a write undoes it and lets the next writer in."""
    reached = asyncio.Event()

    async def work(transaction: Transaction) -> None:
        await transaction.run("try/put", rows=[{"id": "a"}])
        reached.set()
        await asyncio.Event().wait()

    task = asyncio.ensure_future(store.write(work))
    await reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await put(store, {"id": "b"})
    assert list(await get(store, "a", "b")) == ["b"]


async def test_a_taken_id_is_a_conflict_after_the_retries(store: Neo4jStore) -> None:
    """A unique value that stays taken is tried again as a whole, then a Conflict that tells no values."""
    await put(store, {"id": "secret-1"})
    runs = []

    async def work(transaction: Transaction) -> None:
        runs.append(1)
        await transaction.run("try/put", rows=[{"id": "secret-1"}])

    with pytest.raises(Conflict) as caught:
        await store.write(work)
    assert (len(runs), "secret" in str(caught.value), caught.value.__cause__ is not None) == (TRIES, False, True)


async def test_a_passing_conflict_is_retried_as_a_whole(store: Neo4jStore) -> None:
    """A unique value that was taken only for a moment costs the caller nothing."""
    await put(store, {"id": "taken"})
    ids = iter(["taken", "free"])
    await store.write(lambda transaction: transaction.run("try/put", rows=[{"id": next(ids)}]))
    assert list(await get(store, "free")) == ["free"]


async def test_no_increment_is_lost_between_two_users(store: Neo4jStore, another: Any) -> None:
    """Lock, read, write: with many tasks of two users at one counter every increment counts."""
    other = await another(store)
    await store.write(lambda transaction: transaction.run("try/start", n=0))

    async def increment(user: Neo4jStore, number: int) -> None:
        async def work(transaction: Transaction) -> None:
            found = await transaction.run("try/lock", nonce=f"nonce {number}")
            await transaction.run("try/set", n=found[0]["n"] + 1)

        await user.write(work)

    await asyncio.gather(*(increment(user, number) for number in range(20) for user in (store, other)))
    assert await store.read("try/count") == [{"n": 40}]


async def test_too_slow_a_query_is_transient(store: Neo4jStore) -> None:
    """A query that outlives its header's time limit is given up, named, and the store goes on."""
    with pytest.raises(Transient, match="try/slow: took longer"):
        await store.read("try/slow", size=3_000)
    assert await store.read("try/echo", value=1) == [{"value": 1}]


async def test_a_query_the_server_refuses_is_permanent(store: Neo4jStore) -> None:
    """Trying a broken query again would change nothing."""
    with pytest.raises(Permanent, match="try/broken"):
        await store.read("try/broken")


async def test_many_rows_come_whole(store: Neo4jStore) -> None:
    """An answer of more rows than the driver fetches at a time is complete and in order."""
    ids = [f"{number:05}" for number in range(6_000)]
    for start in range(0, len(ids), 500):
        await put(store, *({"id": id_} for id_ in ids[start : start + 500]))
    assert list(await get(store, *ids)) == ids


async def test_a_wrong_password_says_what_to_set(store: Neo4jStore, tried: Catalog) -> None:
    """Refused credentials name the settings, not the password."""
    with pytest.raises(Unreachable, match="VIBE_GRAPH__PASSWORD") as caught:
        await open_store(uri=store.address.uri, home=Path("/nowhere"), catalog=tried, user="neo4j", password="guessed")
    assert "guessed" not in str(caught.value)


async def test_nobody_there_is_unreachable(tried: Catalog) -> None:
    """An address where nothing listens fails soon, with the address in the message."""
    uri = f"bolt://127.0.0.1:{free_port()}"
    with pytest.raises(Unreachable, match=uri):
        await open_store(uri=uri, home=Path("/nowhere"), catalog=tried, password="x")


@pytest.mark.parametrize("uri", ["", "embedded", "http://127.0.0.1", "postgres://x", "file:///etc"], ids=range(5))
async def test_an_address_of_another_kind_is_bad_input(tried: Catalog, uri: str) -> None:
    """Only the embedded store and Bolt addresses are stores."""
    with pytest.raises(BadInput, match=r"graph\.uri"):
        await open_store(uri=uri, home=Path("/nowhere"), catalog=tried)
