"""Two real processes on one home, and on one Neo4j from two homes: deciding, cycling and importing at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.contending import BLOCKS, LINKS, a_plan
from bench.faults import Told, come_to_rest, faults_in, faults_of
from bench.other_process import Other, cycle
from tests.neo4j.finding import Address
from tests.stores import fresh_home
from vibe.app import App
from vibe.bootstrap import open_app
from vibe.catalog import Catalog
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import from_json
from vibe.domain.commands import AnalyseNow
from vibe.domain.plans import Format, PlanReading
from vibe.edges.graph.adapter import open_store
from vibe.kernel.signing import trusted_keys

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

CLAIMS = 24
CAPS = "[proposals]\nopen_max = 24\ndrafted_a_cycle = 12\n"
CYCLES = 3


@dataclass
class Pair:
    """This process's app, the home the other process works in, and whose signatures count."""

    app: App
    other_home: Path

    @property
    def keys(self) -> list[str]:
        """The public keys of both homes."""
        return trusted_keys(self.app.home / "keys") + trusted_keys(self.other_home / "keys")

    async def faults(self) -> dict[str, list[object]]:
        """What does not hang together afterwards."""
        return faults_in(await faults_of(self.app, Told(), self.keys))


@pytest.fixture(
    params=[pytest.param("embedded", marks=pytest.mark.embedded), pytest.param("neo4j", marks=pytest.mark.neo4j)]
)
def homes(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """One embedded home for both, or two homes on one empty Neo4j."""
    if request.param == "embedded":
        home = fresh_home(tmp_path / "home")
        (home / "config.toml").write_text(CAPS)
        return home, home
    address: Address = request.getfixturevalue("neo4j_uri")
    asyncio.run(emptied(address))
    found = (tmp_path / "one", tmp_path / "two")
    for home in found:
        home.mkdir()
        graph = f'[graph]\nuri = "{address.uri}"\nuser = "{address.user}"\npassword = "{address.password}"\n'
        (home / "config.toml").write_text(CAPS + graph)
        (home / "config.toml").chmod(0o600)
    return found


async def emptied(address: Address) -> None:
    """Leave nothing of earlier tests in the database."""
    store = await open_store(
        uri=address.uri, home=Path("/nowhere"), catalog=Catalog(), user=address.user, password=address.password
    )
    await store.raw("MATCH (n) DETACH DELETE n")
    await store.aclose()


@asynccontextmanager
async def a_pair(homes: tuple[Path, Path]) -> AsyncIterator[Pair]:
    """Open this process's app, with claims that nothing backs."""
    titles = [f"Ship number {n} sails in {n + 3} weeks for {n + 20},000 EUR" for n in range(CLAIMS)]
    blocks = tuple(Block(f"c{n}", Kind.DECISION, title, f"{title}.") for n, title in enumerate(titles))
    async with open_app(homes[0]) as app:
        await app.import_plan(PlanReading("fleet", "Fleet", Format.EXCHANGE, blocks, ()), actor="owner:cli")
        yield Pair(app, homes[1])


async def test_contested_decisions_are_each_made_once(homes: tuple[Path, Path]) -> None:
    """Two processes say yes and no to everything at once: one decision each, the other one is told whose."""
    async with a_pair(homes) as pair:
        await pair.app.settle((await pair.app.execute(AnalyseNow(draft=True), actor="owner:cli")).root)
        ready = {
            row["number"] for row in await pair.app.graph.read("proposals/list", statuses=["ready"], after=0, limit=99)
        }
        async with Other(pair.other_home, "decide", "approve") as yes, Other(pair.other_home, "decide", "reject") as no:
            yes.go()
            no.go()
            said = [await yes.answer(), await no.answer()]
        done = Counter(int(number) for answers in said for number, words in answers.items() if words == "done")
        refused = [words for answers in said for words in answers.values() if words != "done"]
        decided = await pair.app.graph.read("proposals/list", statuses=["approved", "rejected"], after=0, limit=99)
        await come_to_rest(pair.app)
        faults = await pair.faults()
    assert len(ready) >= 10
    assert done == Counter(ready)
    assert {row["number"] for row in decided} == ready
    assert all("was already" in words for words in refused)
    assert faults == {}


async def events(app: App, kind: str) -> list[dict[str, Any]]:
    """The events of all entries of a type."""
    found, after = [], 0
    while page := await app.graph.read("ledger/page", after=after, limit=1000):
        found += [from_json(row["body"])["event"] for row in page if row["type"] == kind]
        after = page[-1]["seq"]
    return found


async def test_cycles_at_the_same_time_make_no_draft_twice(homes: tuple[Path, Path]) -> None:
    """Both analyse and draft at once, three times over: each gap has one draft, the cap holds, each end is reached."""
    async with a_pair(homes) as pair:
        async with Other(pair.other_home, "cycle", str(CYCLES)) as other:
            other.go()
            ours = await cycle(pair.app, str(CYCLES))
            theirs = await other.answer()
        drafts = await events(pair.app, "ProposalDrafted")
        gaps = await pair.app.graph.read("gaps/list", statuses=["proposed"], rules=[], after=-1, limit=99)
        faults = await pair.faults()
    drafted = Counter(gap for event in drafts for gap in event["gaps"])
    assert set(drafted.values()) == {1}
    assert len(drafted) == len(gaps) == CLAIMS
    assert ours + theirs == len(drafts)
    assert faults == {}


async def test_an_import_gets_through_beside_many_changes(homes: tuple[Path, Path]) -> None:
    """While the other process writes changes in groups, an import of 700 rows is there at once and whole."""
    async with a_pair(homes) as pair:
        async with Other(pair.other_home, "flood") as other:
            other.go()
            answer = (await pair.app.import_plan(a_plan("big"), actor="owner:cli")).answer
            flood = await other.answer()
        kinds = await pair.app.graph.read("plans/kinds", plan="big", limit=10)
        links = await pair.app.graph.read("blocks/links_of", ids=[f"big-{n}" for n in range(BLOCKS)])
        there = await pair.app.graph.read("blocks/present", ids=[f"flood-{flood['count'] - 1}", "flood-0"])
        ledger = (await pair.faults()).get("ledger_faults", [])
    assert (answer["added"], {row["kind"]: row["count"] for row in kinds}) == (BLOCKS, {"Knowledge": BLOCKS})
    assert sum(row["type"] == "CONCERNS" for row in links) == LINKS
    assert (len(there), ledger) == (2, [])
