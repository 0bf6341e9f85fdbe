"""One proposal, many who decide: command line, page, API and other people; at once, twice, late, on another digest.

Each proposal ends in exactly one decision, and everybody else gets a clear word.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import World
from tests.edges.http.site import Site, a_site
from tests.stores import second_user
from vibe.app import App
from vibe.bootstrap import Given, open_app
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import from_json, to_json
from vibe.domain.commands import AnalyseNow, DecideProposal, EditProposal
from vibe.domain.errors import Conflict
from vibe.domain.plans import Format, PlanReading
from vibe.testing import SerialIds

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]

CLAIMS = ("Rent the mill for 900 EUR", "Sell bread at 5 EUR", "Hire 3 bakers", "Open at 6 in the morning", "Use rye")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """What somebody who decided was told: `done`, `again` (it was so already), or `no` with the reason."""

    how: str
    words: str = ""


@dataclass
class Bakery:
    """A site with ready proposals, and a command line of its own process beside it."""

    site: Site
    cli: App
    ready: list[Row]

    @property
    def world(self) -> World:
        """The world behind the site."""
        return self.site.world

    async def by_desk(self, app: App, actor: str, row: Row, decision: str, **more: Any) -> Said:
        """Decide as command line, page or another person does."""
        try:
            command = DecideProposal(row["number"], decision, digest=row["digest"], **more)
            receipt = await app.execute(command, actor=actor)
        except Conflict as error:
            return Said("no", str(error))
        return Said("again" if receipt.answer["repeated"] else "done")

    async def by_api(self, row: Row, decision: str, key: str | None = None) -> Said:
        """Decide as a program with the owner's key does."""
        answer = await self.site.owner.post(
            f"/api/proposals/{row['number']}/decision",
            json={"decision": decision, "digest": row["digest"]},
            headers={"Idempotency-Key": key} if key else {},
        )
        if answer.status_code == 409:
            return Said("no", answer.json()["detail"])
        assert answer.status_code == 200, answer.text
        return Said("again" if answer.json()["repeated"] else "done")

    async def decisions(self) -> Counter[int]:
        """How often each proposal was decided, by the ledger."""
        bodies = await self.world.happened("ProposalApproved") + await self.world.happened("ProposalRejected")
        return Counter(body["number"] for body in bodies)


@asynccontextmanager
async def a_bakery(home: Path) -> AsyncIterator[Bakery]:
    """Import five claims, run a cycle, serve what is ready."""
    blocks = tuple(Block(f"c{n}", Kind.DECISION, title, f"{title}.") for n, title in enumerate(CLAIMS))
    async with a_site(home) as site:
        world = site.world
        await world.app.import_plan(PlanReading("bakery", "Bakery", Format.EXCHANGE, blocks, ()), actor="owner:cli")
        await world.command(AnalyseNow(draft=True))
        await world.wait(seconds=0)
        async with (
            second_user(world.app.graph) as store,  # type: ignore[arg-type]
            open_app(home, Given(clock=world.clock, ids=SerialIds("cli"), store=store)) as cli,
        ):
            yield Bakery(site, cli, await world.proposals("ready"))


async def test_all_at_once_end_in_one_decision_each(tmp_path: Path) -> None:
    """Five who decide meet on each proposal: one is done; everybody else hears what was decided, by whom and when.

    Only the same person saying the same hears that it is done already.
    """
    async with a_bakery(tmp_path) as bakery:
        app = bakery.world.app
        told = await asyncio.gather(
            *(
                asyncio.gather(
                    bakery.by_api(row, "approve"),
                    bakery.by_desk(app, "owner:page", row, "approve"),
                    bakery.by_desk(bakery.cli, "owner:cli", row, "reject", rejection_type="never"),
                    bakery.by_desk(bakery.cli, "person:ann", row, "approve"),
                    bakery.by_desk(app, "person:bo", row, "reject"),
                )
                for row in bakery.ready
            )
        )
        decided = await bakery.decisions()
        faults = await bakery.world.ledger_faults()
    assert decided == Counter(row["number"] for row in bakery.ready)
    assert len(decided) >= 3
    assert {Counter(one.how for one in each)["done"] for each in told} == {1}
    words = [one.words for each in told for one in each if one.how == "no"]
    assert all("was already" in text and " by " in text and " at 2026-" in text for text in words)
    assert len(words) >= 3 * len(decided)
    assert faults == []


async def test_twice_is_once(tmp_path: Path) -> None:
    """The same key again, on the API, and the same word again, on any channel, change nothing and say so."""
    async with a_bakery(tmp_path) as bakery:
        row = bakery.ready[0]
        keyed = await asyncio.gather(*(bakery.by_api(row, "approve", "k-1") for _ in range(4)))
        page = await bakery.by_desk(bakery.world.app, "owner:page", row, "approve")
        cli = await bakery.by_desk(bakery.cli, "owner:cli", row, "approve")
        other = await bakery.by_desk(bakery.cli, "owner:cli", row, "reject")
        decided = await bakery.decisions()
    assert {one.how for one in keyed} <= {"done", "again"}
    assert (page.how, cli.how) == ("again", "again")
    assert (other.how, "already approved by owner:api" in other.words) == ("no", True)
    assert decided == {row["number"]: 1}


Decide = Callable[[Bakery, Row], Awaitable[Said]]
CHANNELS: Mapping[str, Decide] = {
    "api": lambda bakery, row: bakery.by_api(row, "approve"),
    "page": lambda bakery, row: bakery.by_desk(bakery.world.app, "owner:page", row, "reject"),
    "cli": lambda bakery, row: bakery.by_desk(bakery.cli, "owner:cli", row, "approve"),
}


async def test_too_late_decides_nothing(tmp_path: Path) -> None:
    """After fourteen days every channel says that it expired, before and after the sweep has noted it."""
    async with a_bakery(tmp_path) as bakery:
        row = bakery.ready[0]
        bakery.world.clock.advance(timedelta(days=14))
        before = [await decide(bakery, row) for decide in CHANNELS.values()]
        await bakery.world.wait(seconds=0)
        after = [await decide(bakery, row) for decide in CHANNELS.values()]
        decided = await bakery.decisions()
        status = (await bakery.world.proposals("expired"))[0]["number"]
    assert [one.how for one in before + after] == ["no"] * 6
    assert all("expired" in one.words and "may be proposed again" in one.words for one in before + after)
    assert (decided, status) == (Counter(), row["number"])


async def test_another_version_than_was_seen_is_not_decided(tmp_path: Path) -> None:
    """What was edited meanwhile is not approved by its old digest: every channel says which version it is now."""
    async with a_bakery(tmp_path) as bakery:
        row = bakery.ready[0]
        wrong = [await decide(bakery, {**row, "digest": "0" * 64}) for decide in CHANNELS.values()]
        action = to_json({**from_json(row["action"]), "question": "What does the mill cost elsewhere?"}).decode()
        edited = (await bakery.world.command(EditProposal(row["number"], action=action))).answer
        await bakery.world.wait(seconds=0)
        old = [await decide(bakery, row) for decide in CHANNELS.values()]
        untouched = await bakery.decisions()
        fresh = await bakery.by_api({**row, "digest": edited["digest"]}, "approve")
        decided = await bakery.decisions()
    assert [one.how for one in wrong + old] == ["no"] * 6
    assert all("not what you saw" in one.words for one in wrong)
    assert all("not what you saw" in one.words and edited["digest"] in one.words for one in old)
    assert (untouched, fresh.how, decided) == (Counter(), "done", {row["number"]: 1})
