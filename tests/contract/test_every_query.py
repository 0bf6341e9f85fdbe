"""Every named query runs on every server there is, and returns the columns its header declares."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from vibe.catalog import Catalog, Query
from vibe.edges.graph.adapter import Neo4jStore

pytestmark = pytest.mark.asyncio
CATALOG = Catalog()
SAMPLES: dict[str, Any] = {
    "str": "a",
    "int": 1,
    "float": 0.5,
    "bool": True,
    "datetime": datetime(2026, 11, 21, tzinfo=UTC),
    "map": {},
    "any": "a",
    "list[str]": ["a", "b"],
    "list[int]": [1, 2],
    "list[map]": [],
}


def sample_params(query: Query) -> dict[str, Any]:
    """A value of the declared type for each parameter."""
    declared = [part.split() for part in query.header["params"].split(",")] if query.params else []
    return {words[0]: SAMPLES[words[1] if len(words) > 1 else "any"] for words in declared}


async def columns(store: Neo4jStore, query: Query) -> list[str]:
    """Run a query, undo what it did, and say what its columns are called."""
    async with store._transaction() as opened:
        result = await opened.run(query.text, sample_params(query))  # type: ignore[arg-type]
        names = list(result.keys())
        await result.consume()
        await opened.rollback()
    return names


async def test_every_query_runs_and_returns_what_it_declares(store: Neo4jStore) -> None:
    """Each query runs with values of its declared types, and its columns are the header's `returns`."""
    faults = {}
    for name, query in CATALOG.queries.items():
        try:
            found = await columns(store, query)
        except Exception as error:  # noqa: BLE001 - all faults are shown together
            faults[name] = f"{type(error).__name__}: {error}"
        else:
            if found and set(found) != set(query.returns):  # the embedded engine names columns only where it has rows
                faults[name] = f"declares {sorted(query.returns)}, returns {sorted(found)}"
    assert not faults, json.dumps(faults, indent=1)
