"""A desk for tests of proposing and debating: a real store, a manual clock, blocks and gaps put in by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from tests.stores import fresh_store
from vibe.app import App
from vibe.bootstrap import Given, open_app
from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import from_json
from vibe.domain.changes import Change, Effect
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id, paging_key
from vibe.domain.proposals import ProposalStatus
from vibe.kernel.submissions import Receipt, Submission
from vibe.ports.outward import Messenger, Model
from vibe.testing import ManualClock, SerialIds

EVERY = [status.value for status in ProposalStatus]
HERE = frozenset(
    {
        "proposing.draft_next",
        "proposing.draft_asked",
        "proposing.strengthen_proposal",
        "proposing.redraft_proposal",
        "debating.debate_proposal",
    }
)
"""The handlers at this desk; what others make of the same events waits."""
SCORES = {"critical": 90, "high": 60, "medium": 40, "low": 20}


def decision(identity: str, title: str, content: str = "", **properties: Any) -> Block:
    """An active decision."""
    return Block(identity, Kind.DECISION, title, content, properties=properties)


def assumption(identity: str, title: str, content: str = "", **properties: Any) -> Block:
    """An active assumption."""
    return Block(identity, Kind.ASSUMPTION, title, content or title, properties=properties)


def task(identity: str, title: str, status: str, content: str = "") -> Block:
    """A task of some status."""
    return Block(identity, Kind.TASK, title, content, status)


def gap(kind: str, *related: str, severity: str = "high", **props: Any) -> dict[str, Any]:
    """One row of `gaps/create`."""
    identity = derived_id(kind, *sorted(related))
    told = {
        "rule": kind,
        "type": kind,
        "status": "open",
        "severity": severity,
        "score": SCORES[severity],
        "description": f"{kind} of {related[0]}",
        "suggestedAction": "look into it",
        "blockId": related[0],
        "relatedBlocks": list(related),
        "openedBy": "outside",
    }
    return {"id": identity, "key": paging_key(identity), "props": told | props}


@dataclass
class Desk:
    """An app at a manual clock with short ways to put things in and look at what came of them."""

    app: App
    clock: ManualClock
    _numbers: Any = field(default_factory=lambda: count(1))

    async def commit(self, change: Change, actor: str = "owner:cli") -> Receipt:
        """Commit a change as somebody outside and wait for what it sets off here."""
        base = f"by hand {next(self._numbers)}"
        receipt = await self.app.gate.commit(Submission(change, base, actor, self.clock.now()))
        await self.app.settle(receipt.root, HERE)
        return receipt

    async def put(self, blocks: Sequence[Block], links: Sequence[Link] = ()) -> None:
        """Write blocks and links; nothing is set off."""
        effects = create_blocks(blocks, at=self.clock.now(), actor="owner:cli") + create_links(links)
        await self.commit(Change(effects=effects, events=(Event(EventType.HEALTH_MEASURED, "none", {"trouble": []}),)))

    async def open_gaps(self, *rows: Mapping[str, Any]) -> Receipt:
        """Open gaps as an analysis that somebody outside woke would."""
        finished = Event(EventType.ANALYSIS_FINISHED, "all", {"draft": True, "wake": "outside"})
        return await self.commit(Change(effects=(Effect("gaps/create", *rows),), events=(finished,)))

    async def daily(self) -> Receipt:
        """A full pass that drafts, with nothing new found."""
        return await self.commit(
            Change(events=(Event(EventType.ANALYSIS_FINISHED, "all", {"draft": True, "wake": "daily"}),))
        )

    async def change_block(self, identity: str, **props: Any) -> None:
        """Set properties of a block as an owner would."""
        event = Event(EventType.HEALTH_MEASURED, identity, {})
        await self.commit(Change(effects=(Effect("blocks/set", set_block(identity, **props)),), events=(event,)))

    async def proposals(self, *statuses: str) -> list[Mapping[str, Any]]:
        """Proposals in the order of their numbers, of some statuses or all, with everything about them."""
        rows = await self.app.graph.read("proposals/list", statuses=list(statuses) or EVERY, after=0, limit=100)
        full = [await self.app.graph.read("proposals/show", number=row["number"]) for row in rows]
        return [row[0] for row in full]

    async def packet(self, number: int = 1) -> dict[str, Any]:
        """The packet of a proposal as plain data."""
        row = (await self.app.graph.read("proposals/show", number=number))[0]
        return dict(from_json(row["action"]))

    async def gap_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A gap's properties as they stand."""
        found = await self.app.graph.read("ledger/nodes/gap", ids=[row["id"]])
        return dict(found[0]["properties"])

    async def entries(self, kind: EventType) -> list[dict[str, Any]]:
        """The bodies of the ledger's entries of one type, in order."""
        rows = await self.app.graph.read("ledger/page", after=0, limit=1000)
        return [from_json(row["body"])["event"] for row in rows if row["type"] == kind]

    async def rounds(self, proposal: str) -> list[Mapping[str, Any]]:
        """The rounds of a proposal's debate."""
        return await self.app.graph.read("debates/of_proposal", proposal=proposal, limit=10)


@asynccontextmanager
async def desk(
    tmp_path: Path, model: Model | None = None, messenger: Messenger | None = None, clock: ManualClock | None = None
) -> AsyncIterator[Desk]:
    """Open a desk on an empty store; by default the rules draft and argue, and nobody is written to."""
    clock = clock or ManualClock()
    given = Given(clock=clock, ids=SerialIds(), model=model, messenger=messenger)
    async with fresh_store() as store, open_app(tmp_path / "home", replace(given, store=store)) as app:
        yield Desk(app, clock)


def contradiction(identity: str, of: str, quote: str, file: str = "review.md", line: int = 12) -> tuple[Block, Link]:
    """Imported evidence against a block, with its link."""
    properties = {"origin": "human", "quote": quote}
    block = Block(identity, Kind.EVIDENCE, quote[:60], quote, properties={**properties, "saidIn": f"{file}:{line}"})
    return block, Link(LinkType.CONTRADICTS, identity, of)
