"""EXPLAIN of every named query on every server there is: the half of `make lint` that needs them."""

from __future__ import annotations

import json

import pytest

from vibe.catalog import Catalog
from vibe.edges.graph.adapter import Neo4jStore

pytestmark = pytest.mark.asyncio
CATALOG = Catalog()


async def test_every_query_can_be_planned(store: Neo4jStore) -> None:
    """EXPLAIN takes the text of each file: no function, procedure or syntax that a server lacks."""
    store._catalog = CATALOG
    faults = {}
    for name in CATALOG.queries:
        try:
            await store.explain(name)
        except Exception as error:  # noqa: BLE001 - all faults are shown together
            faults[name] = f"{error}: {error.__cause__}"
    assert not faults, json.dumps(faults, indent=1)
