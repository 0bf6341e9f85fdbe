"""The analysts' saved queries on both servers: each shows what it says it shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from vibe.catalog import Catalog
from vibe.domain.block_rows import create_blocks, create_links
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import to_json
from vibe.domain.changes import Effect
from vibe.edges.graph.adapter import Neo4jStore

pytestmark = pytest.mark.asyncio
AT = datetime(2026, 3, 1, tzinfo=UTC)
MS = int(AT.timestamp() * 1000)


@pytest.fixture
def tried() -> Catalog:
    """The shipped queries, in place of the contract's own."""
    return Catalog()


@pytest_asyncio.fixture
async def told(store: Neo4jStore) -> Neo4jStore:
    """A store with a bare decision, a contradicted assumption, a backed decision, two verdicts and three entries."""
    blocks = [
        Block("bare", Kind.DECISION, "Rent the shop"),
        Block("backed", Kind.DECISION, "Sell tea"),
        Block("a", Kind.ASSUMPTION, "Children like tea", properties={"keptReason": "they will"}),
        Block("e1", Kind.EVIDENCE, "Survey", properties={"quote": "we never drink it", "origin": "own_document"}),
        Block("e2", Kind.EVIDENCE, "Sales"),
        Block("p1", Kind.PROPOSAL, "Ask the landlord", status="approved", properties={"number": 1}),
        Block("p2", Kind.PROPOSAL, "Ask the children", status="rejected", properties={"number": 2}),
        Block("t", Kind.TASK, "Paint", "", "pending"),
    ]
    links = [
        Link(LinkType.CONTRADICTS, "e1", "a"),
        Link(LinkType.SUPPORTS, "e2", "backed"),
        Link(LinkType.DEPENDS_ON, "t", "bare"),
    ]
    gap = {"type": "unvalidated_decision", "severity": "high", "status": "open", "score": 60, "blockId": "bare"}
    verdict = {"at": AT, "channel": "cli", "digest": "x"}
    no = {**verdict, "outcome": "rejected", "rejectionType": "never", "reason": "silly"}
    effects = [
        *create_blocks(blocks, at=AT, actor="owner:test", plan="cafe"),
        *create_links(links),
        Effect("gaps/create", {"id": "g", "key": 5, "props": gap | {"suggestedAction": "look"}}),
        Effect("gaps/link", {"id": "g->bare", "gap": "g", "block": "bare"}),
        Effect("decisions/start_person", {"id": "owner", "name": "owner"}),
        Effect(
            "decisions/create_verdict",
            {"id": "v1", "props": {**verdict, "outcome": "approved"}},
            {"id": "v2", "props": no},
        ),
        Effect(
            "decisions/link_verdict",
            {"id": "v1", "person": "owner", "proposal": "p1"},
            {"id": "v2", "person": "owner", "proposal": "p2"},
        ),
        Effect(
            "ledger/append",
            *(_entry(seq, kind) for seq, kind in enumerate(["GapsFound", "BlocksChanged", "ActDone"], 1)),
        ),
    ]
    await _write(store, effects)
    return store


def _entry(seq: int, kind: str) -> dict[str, Any]:
    at = AT + timedelta(days=seq)
    changed = [
        {"id": "t", "title": "Tea", "before": {"status": "draft"}, "after": {"status": "active"}},
        {"id": "m", "title": "Milk", "before": {}, "after": {}},
    ]
    found = {"query": "gaps/create", "rows": [{"id": "g", "props": {"description": "Nothing backs it"}}]}
    bodies = {
        "BlocksChanged": {"event": {"changes": changed}},
        "GapsFound": {"event": {"items": []}, "writes": [found]},
    }
    body = to_json(bodies.get(kind, {"event": {}})).decode()
    known = {"id": f"n{seq}", "seq": seq, "type": kind, "subject": "s", "actor": "owner:cli", "body": body}
    return known | {"at": at, "atText": at.isoformat(), "atMs": int(at.timestamp() * 1000)}


async def _write(store: Neo4jStore, effects: Iterable[Effect]) -> None:
    for effect in effects:
        rows = list(effect.rows)
        await store.write(lambda tx, query=effect.query, rows=rows: tx.run(query, rows=rows))


async def test_what_rests_on_nothing(told: Neo4jStore) -> None:
    """Active claims without support, those with the weightier gap first; what is contradicted rests on nothing too."""
    rows = await told.read("views/rests_on_nothing", limit=10)
    assert [(row["title"], row["severity"], row["gap"]) for row in rows] == [
        ("Rent the shop", "high", "open"),
        ("Children like tea", None, None),
    ]


async def test_what_contradicts_what(told: Neo4jStore) -> None:
    """The quote stands beside what it contradicts, with why that was kept."""
    (row,) = await told.read("views/contradicted_by_what", limit=10)
    assert (row["title"], row["quote"], row["kept"]) == ("Children like tea", "we never drink it", "they will")


async def test_who_approved_and_rejected_what(told: Neo4jStore) -> None:
    """Verdicts with person, channel, reason; approvals and rejections apart."""
    (approved,) = await told.read("views/approved_by_whom", limit=10)
    (rejected,) = await told.read("views/rejected_and_why", limit=10)
    assert (approved["number"], approved["person"], approved["status"]) == (1, "owner", "approved")
    assert (rejected["number"], rejected["rejection"], rejected["reason"]) == (2, "never", "silly")


async def test_what_changed_since(told: Neo4jStore) -> None:
    """Entries about what changed, the latest first, from an instant on, told in words; machinery is left out."""
    every = await told.read("views/changed_this_week", after_ms=MS, limit=10)
    late = await told.read("views/changed_this_week", after_ms=MS + 86_400_000, limit=10)
    assert [row["what"] for row in every] == ["BlocksChanged", "GapsFound"]
    assert [row["what"] for row in late] == ["BlocksChanged"]
    assert [row["told"] for row in every] == ["Tea; Milk (status:draft -> status:active)", "Nothing backs it"]


async def test_what_holds_up_most(told: Neo4jStore) -> None:
    """Open gaps with how much leans on their block."""
    (row,) = await told.read("views/what_holds_up_most", limit=10)
    assert (row["title"], row["leaning"], row["status"]) == ("Rent the shop", 1, "open")


async def test_every_view_is_asked_here() -> None:
    """A new view needs a test of what it shows."""
    views = {name for name in Catalog().queries if name.startswith("views/")}
    assert views == {
        "views/rests_on_nothing", "views/contradicted_by_what", "views/approved_by_whom", "views/rejected_and_why",
        "views/changed_this_week", "views/what_holds_up_most",
    }  # fmt: skip
