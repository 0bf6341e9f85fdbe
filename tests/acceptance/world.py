"""A whole Vibe for a story: real embedded store, real sources, rules for a model, a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.stores import fresh_store
from vibe.app import App
from vibe.bootstrap import Given, open_app
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import from_json, sha256_of
from vibe.domain.plans import Document, Format, PlanReading
from vibe.kernel.proving import verify_ledger
from vibe.kernel.submissions import Receipt
from vibe.ports.outward import Model
from vibe.testing import ManualClock, ManualWakeup, SeededChance, SerialIds

OWNER = "owner:cli"


@dataclass
class World:
    """An app, its clock, and short words for what a story does."""

    app: App
    clock: ManualClock

    async def command(self, command: object, actor: str = OWNER) -> Receipt:
        """Give a command; what it sets off waits."""
        return await self.app.execute(command, actor=actor)

    async def settle(self) -> None:
        """Let everything that is due now happen."""
        await self.app.deliver_due()

    async def wait(self, **time: float) -> None:
        """Move the clock, then let happen what became due; what follows within two seconds too."""
        self.clock.advance(timedelta(**time))
        await self.settle()
        self.clock.advance(timedelta(seconds=2))
        await self.settle()

    async def gaps(self, *statuses: str) -> list[Mapping[str, Any]]:
        """Gaps of these statuses (open and proposed if left out)."""
        wanted = list(statuses or ("open", "proposed"))
        return list(await self.app.graph.read("gaps/list", statuses=wanted, rules=[], after=-1, limit=1000))

    async def proposals(self, *statuses: str) -> list[Mapping[str, Any]]:
        """Proposals of these statuses, by number."""
        return list(await self.app.graph.read("proposals/list", statuses=list(statuses), after=0, limit=1000))

    async def happened(self, kind: str) -> list[Mapping[str, Any]]:
        """Bodies of all entries of a type, oldest first."""
        rows: list[Mapping[str, Any]] = []
        after = 0
        while page := await self.app.graph.read("ledger/page", after=after, limit=1000):
            rows += [from_json(row["body"])["event"] for row in page if row["type"] == kind]
            after = page[-1]["seq"]
        return rows

    async def ledger_faults(self) -> list[str]:
        """What is wrong with the ledger."""
        verdict = await verify_ledger(self.app.graph, [self.app.signer.public_key], self.app.mirror)
        return [fault.detail for fault in verdict.faults]


@asynccontextmanager
async def a_world(home: Path, *, model: Model | None = None) -> AsyncIterator[World]:
    """Open a world in a home of its own."""
    clock = ManualClock()
    async with fresh_store() as store:
        given = Given(
            clock=clock, ids=SerialIds(), chance=SeededChance(), wakeup=ManualWakeup(), store=store, model=model
        )
        async with open_app(home, given) as app:
            await app.deliver_due()
            yield World(app, clock)


REVIEW = """# Expert review

## Issues

- The rent of 3,000 EUR a month is unrealistic: the offer for Mill Street asks 3,400 EUR a month.

## Notes

- The seller repaired an espresso machine of the same make within two days last winter.
"""


def a_small_plan(review: str = REVIEW) -> PlanReading:
    """A plan of one goal, a decision, an assumption, and a review of both."""
    blocks = (
        Block("goal", Kind.NORTH_STAR, "A café that pays for itself"),
        Block(
            "d-machine", Kind.DECISION, "Buy a used espresso machine",
            "A used espresso machine with one year of warranty, repaired by the seller.",
            properties={"grade": "High", "choices": ["used", "leased"]},
        ),
        Block(
            "a-rent", Kind.ASSUMPTION, "The rent on Mill Street stays at 3,000 EUR a month",
            "The rent on Mill Street is 3,000 EUR a month for the whole lease.",
            properties={"validationMethod": "Read the lease offer.", "failureTrigger": "The offer asks for more."},
        ),
    )  # fmt: skip
    document = Document("review.md", sha256_of(review), review)
    return PlanReading("cafe", "A café", Format.EXCHANGE, blocks, (), (document,))
