"""Visible builders for tests of the spine: a ledger, a gate, a bus over a fresh store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vibe.catalog import Catalog, shipped
from vibe.domain.block_rows import create_blocks, set_block
from vibe.domain.blocks import Block, Kind
from vibe.domain.changes import Change, Effect, expect
from vibe.domain.events import Event
from vibe.edges.graph.adapter import Neo4jStore
from vibe.edges.likeness.words import WordLikeness
from vibe.edges.sources.local import LocalSources
from vibe.edges.workfiles import LocalWorkfiles
from vibe.kernel.bus import Bus, Handler, Waits
from vibe.kernel.chain import GENESIS
from vibe.kernel.commit import Acts, Gate, Outside
from vibe.kernel.ledger import Ledger
from vibe.kernel.signing import Signer
from vibe.kernel.submissions import Receipt, Route, Submission
from vibe.kernel.tiers import TierTable
from vibe.kernel.tools import Tools
from vibe.kernel.turns import Turn
from vibe.settings import read_settings
from vibe.testing import ManualClock, ManualWakeup, RecordingMessenger, ScriptedModel, SeededChance, SerialIds


@dataclass
class Spine:
    """The kernel over one store, with routes and handlers of the test's own."""

    store: Neo4jStore
    ledger: Ledger
    gate: Gate
    bus: Bus
    turn: Turn
    clock: ManualClock
    signer: Signer

    async def commit(self, change: Change, base: str, actor: str = "owner:test", **more: Any) -> Receipt:
        """Commit a change in somebody's name."""
        return await self.gate.commit(Submission(change, base, actor, self.clock.now(), **more))

    async def deliver(self) -> None:
        """Deliver all that is due now."""
        assert await self.turn.take()
        await self.bus.drain()

    async def entries(self) -> list[Mapping[str, Any]]:
        """Every entry, oldest first."""
        return list(await self.store.read("ledger/page", after=0, limit=1000))


async def a_spine(
    store: Neo4jStore,
    home: Path,
    handlers: Mapping[str, Handler] | None = None,
    routes: Mapping[str, Sequence[Route]] | None = None,
    prefix: str = "id",
) -> Spine:
    """Put a spine over a store; call it twice on one store for two processes' worth."""
    clock, ids, wakeup, catalog = ManualClock(), SerialIds(prefix), ManualWakeup(), Catalog()
    if not await store.read("ledger/read_counter"):
        await store.write(lambda tx: tx.run("ledger/start_counter", last_hash=GENESIS))
    signer = Signer.at_home(home / "keys")
    ledger = Ledger(store, catalog, signer, ids, routes or {}, on_commit=wakeup.notify)
    outside = Outside(
        ScriptedModel({}), RecordingMessenger(), LocalSources(home / "corpus"), LocalWorkfiles(home / "runs")
    )
    gate = Gate(ledger, store, clock, TierTable.read(shipped("config") / "tiers.toml"), outside)
    turn = Turn(store, clock, ids, home)
    settings = read_settings(home)

    def tools_for(acts: Acts) -> Tools:
        return Tools(store, clock, ids, SeededChance(), settings, catalog, acts, WordLikeness())

    waits = Waits(settings.bus.poll, settings.bus.transient_tries, settings.bus.most_wait)
    bus = Bus(
        graph=store, gate=gate, turn=turn, clock=clock, wakeup=wakeup, routes=routes or {}, handlers=handlers or {},
        tools_for=tools_for, waits=waits,
    )  # fmt: skip
    return Spine(store, ledger, gate, bus, turn, clock, signer)


def a_block(identity: str, kind: Kind = Kind.KNOWLEDGE, **more: Any) -> Block:
    """A block whose title is its id."""
    return Block(identity, kind, identity, **more)


def adding(spine: Spine, *blocks: Block) -> Change:
    """A change that adds blocks."""
    effects = create_blocks(blocks, at=spine.clock.now(), actor="owner:test")
    return Change((), effects, (Event("BlocksAdded", blocks[0].id, {"ids": [block.id for block in blocks]}),))


def moving(identity: str, before: str, after: str, **answer: Any) -> Change:
    """A change that moves a block's status, and only from `before`."""
    effect = Effect("blocks/set", set_block(identity, status=after))
    event = Event("BlocksChanged", identity, {"ids": [identity]})
    return Change((expect("Block", identity, status=before),), (effect,), (event,), answer)
