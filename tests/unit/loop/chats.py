"""Chats in tests: a person who is let in, what they were sent, and time going by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.unit.loop.desk import Desk, desk
from vibe.domain.messages import Message
from vibe.domain.notifications import Kept
from vibe.testing import ManualClock, RecordingMessenger

FOUNDER = "telegram:4711"
CHAT = "4711"


@dataclass
class Chats(Desk):
    """A desk with a messenger and a founder who is let in."""

    messenger: RecordingMessenger | None = None

    @property
    def told(self) -> list[Message]:
        """What the founder was sent, in order."""
        assert self.messenger is not None
        return [message for chat, message in self.messenger.sent if chat == CHAT]

    @property
    def edits(self) -> list[tuple[str, Message]]:
        """What was edited in the founder's chat: message id and what it shows now."""
        assert self.messenger is not None
        return [(identity, message) for chat, identity, message in self.messenger.edited if chat == CHAT]

    async def let_in(self, person: str = FOUNDER, **props: Any) -> None:
        """Let somebody in, as pairing does."""
        chat = person.partition(":")[2]
        store: Any = self.app.graph
        await store.raw(
            "MERGE (p:Person {id: $id}) SET p += $props RETURN p.id AS id",
            id=person,
            props={"approver": True, "chat": chat, **props},
        )

    async def go_on(self, **time: float) -> None:
        """Move the clock, then let happen what became due, and what follows within two seconds."""
        self.clock.advance(timedelta(**time))
        await self.app.deliver_due()
        self.clock.advance(timedelta(seconds=2))
        await self.app.deliver_due()

    async def morning(self) -> None:
        """Go on to the next nine o'clock UTC, and to the sweep after it."""
        now = self.clock.now()
        nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
        await self.go_on(seconds=(nine + timedelta(days=nine <= now) - now).total_seconds())
        await self.go_on(minutes=1)

    async def outbox(self) -> list[Kept]:
        """Every message to chats, in the order they were intended."""
        store: Any = self.app.graph
        ids = await store.raw_read(
            "MATCH (n:Notification) WHERE n.chat IS NOT NULL RETURN n.id AS id ORDER BY n.intendedMs, n.id"
        )
        found = [await self.app.graph.read("notifications/one", id=row["id"]) for row in ids]
        return [Kept.from_row(rows[0]) for rows in found]


@asynccontextmanager
async def chats(
    tmp_path: Path, messenger: RecordingMessenger | None = None, clock: ManualClock | None = None
) -> AsyncIterator[Chats]:
    """Open a desk with a messenger and a founder in UTC."""
    messenger = messenger or RecordingMessenger()
    async with desk(tmp_path, messenger=messenger, clock=clock) as opened:
        at = Chats(opened.app, opened.clock, messenger=messenger)
        await at.let_in(zone="UTC")
        await at.app.deliver_due()
        yield at
