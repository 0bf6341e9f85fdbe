"""Sixty days with a founder who never answers: the loop says what it has to say, twice at most, and then is quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import World, a_world
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import sha256_of
from vibe.domain.plans import Document, Format, PlanReading

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded, pytest.mark.slow]

DAYS = 60
CLAIMS = (
    "The ferry crosses the strait in 40 minutes in any weather",
    "Each cabin costs 18,000 EUR to furnish",
    "The harbour council grants the licence within 5 months",
    "A crew of 9 can run the night crossing",
    "Diesel stays below 1.70 EUR a litre until the second season",
    "The hull needs no drydock before its fourth year",
    "Passengers book 60 percent of tickets online",
    "The kitchen serves 120 meals an hour",
    "Insurance covers ice damage in the northern channel",
    "The old pier carries trucks of 30 tonnes",
    "Two tugboats are on call in winter",
    "The radar mast can be replaced at sea",
)
TODAY = {"AnalysisRequested", "AnalysisFinished"}
"""What a daily run writes when nothing has changed."""


def a_plan() -> PlanReading:
    """Twelve claims that nothing backs, and a document that says nothing about them."""
    blocks = tuple(
        Block(
            f"c{n:02}", (Kind.DECISION, Kind.ASSUMPTION)[n % 2], title, f"{title}.",
            properties={"validationMethod": f"Ask whoever did it before: {title.lower()}?"},
        )
        for n, title in enumerate(CLAIMS)
    )  # fmt: skip
    text = "# Notes\n\nThe meeting was moved to Thursday.\n"
    return PlanReading("ferry", "A ferry", Format.EXCHANGE, blocks, (), (Document("n.md", sha256_of(text), text),))


async def census(world: World) -> Counter[str]:
    """How many nodes of each label and relationships of each type there are."""
    nodes = await world.app.graph.raw_read("MATCH (n) UNWIND labels(n) AS name RETURN name, count(*) AS n")
    links = await world.app.graph.raw_read("MATCH ()-[r]->() RETURN type(r) AS name, count(*) AS n")
    return Counter({row["name"]: row["n"] for row in [*nodes, *links]})


async def a_day(world: World) -> None:
    """Go to the next nine o'clock; the ticks of the minutes, hours and days between are heard, many as one."""
    now = world.clock.now()
    nine = now.replace(hour=9, minute=0, second=0)
    await world.wait(seconds=(nine + timedelta(days=nine <= now) - now).total_seconds())
    await world.wait(seconds=2)
    await world.wait(minutes=1)


async def entries_since(world: World, seq: int) -> list[Mapping[str, Any]]:
    """The ledger's entries after a number."""
    found: list[Mapping[str, Any]] = []
    while page := await world.app.graph.read("ledger/page", after=found[-1]["seq"] if found else seq, limit=1000):
        found += page
    return found


async def test_a_silent_founder_hears_of_a_gap_twice_at_most(tmp_path: Path) -> None:
    """Expired once, a gap is proposed again; expired twice, it waits on the page. Days without news leave no trace."""
    async with a_world(tmp_path) as world:
        await world.app.import_plan(a_plan(), actor="owner:cli")
        await world.wait(seconds=2)
        quiet, grown = 0, set()
        for _ in range(DAYS):
            before, seq = await census(world), (await world.app.graph.read("ledger/read_counter"))[0]["n"]
            await a_day(world)
            written = {row["type"] for row in await entries_since(world, seq)}
            if written <= TODAY:
                quiet += 1
                grown |= set(await census(world) - before)
        drafts = [tuple(body["gaps"]) for body in await world.happened("ProposalDrafted")]
        expired = await world.happened("ProposalExpired")
        told = [number for body in await world.happened("HumanNotified") for number in body["items"]]
        gaps = await world.gaps("open", "proposed", "closed", "suppressed")
        proposals = await world.app.graph.read("proposals/list", statuses=["ready", "expired"], after=0, limit=100)
        faults, left = await world.ledger_faults(), await world.app.bus.pending()
    of_number = {row["number"]: row["gap_ids"] for row in proposals}
    messages = Counter(gap for number in told for gap in of_number[number])
    drafted = Counter(gap for ids in drafts for gap in ids)
    assert len(gaps) == len(CLAIMS)
    assert max(messages.values()) <= 2, messages
    assert set(messages) == {gap["id"] for gap in gaps}
    assert max(drafted.values()) <= 2, drafted
    assert {gap["waits_for"] for gap in gaps if drafted[gap["id"]] == 2 and gap["status"] == "open"} <= {"page"}
    assert len(expired) >= len(CLAIMS)
    assert (quiet > DAYS / 2, grown) == (True, {"LedgerEntry"})
    assert (faults, left) == ([], [])
