"""Test doubles that ship with Vibe: a clock that jumps, ids that count, chance with a seed, a model with a script."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from vibe.domain.acts import ModelReply, ModelRequest
from vibe.domain.errors import VibeError
from vibe.domain.messages import Message

T = TypeVar("T")


class ManualClock:
    """A clock that moves only when told to; whoever sleeps is woken in the order of their times."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The instant it stands at."""
        return self._now

    @property
    def sleepers(self) -> int:
        """How many wait for it to be moved."""
        return len(self._sleepers)

    async def sleep_until(self, when: datetime) -> None:
        """Return once the clock was moved to `when`."""
        if when > self._now:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._sleepers.append((when, future))
            await future

    def advance(self, by: timedelta) -> None:
        """Move on and wake whoever is due."""
        self._now += by
        for when, future in sorted(self._sleepers, key=lambda item: item[0]):
            if when <= self._now and not future.done():
                future.set_result(None)
        self._sleepers = [item for item in self._sleepers if not item[1].done()]


class SerialIds:
    """Ids that count: `id-000001`."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix, self._count = prefix, itertools.count(1)

    def new(self) -> str:
        """The next id."""
        return f"{self._prefix}-{next(self._count):06d}"


class SeededChance:
    """Chance that is the same every time."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def shuffled(self, items: list[T]) -> list[T]:
        """The items in an order that follows from the seed."""
        return self._random.sample(items, len(items))


class ManualWakeup:
    """A wake-up for a manual clock: it never waits for time, only lets other tasks run."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Wake whoever waits."""
        self._event.set()

    async def wait(self, until: datetime) -> None:
        """Return when notified; `until` is not waited for, the clock stands still."""
        del until
        await self._event.wait()
        self._event.clear()


class ScriptedModel:
    """A model that answers from a script: role -> reply, or a function of the request; it keeps what it was asked."""

    def __init__(self, script: Mapping[str, Mapping[str, Any] | Callable[[ModelRequest], Mapping[str, Any]]]) -> None:
        self._script = script
        self.asked: list[ModelRequest] = []

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Answer as the script says."""
        self.asked.append(request)
        reply = self._script[request.role]
        return ModelReply(reply(request) if callable(reply) else reply, model="scripted")


class RecordingMessenger:
    """A messenger that keeps what it was given.

    While `trouble` is set it raises that instead; `gone` names chats that can't be written to. `tried` counts calls.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.edited: list[tuple[str, str, Message]] = []
        self.trouble: VibeError | None = None
        self.gone: dict[str, VibeError] = {}
        self.tried = 0

    async def send(self, chat: str, message: Message) -> tuple[str, ...]:
        """Keep the message; its id is its place in `sent`, from 1."""
        self._fail(chat)
        self.sent.append((chat, message))
        return (str(len(self.sent)),)

    async def edit(self, chat: str, message_id: str, message: Message) -> None:
        """Keep the edit."""
        self._fail(chat)
        self.edited.append((chat, message_id, message))

    def _fail(self, chat: str) -> None:
        self.tried += 1
        trouble = self.gone.get(chat) or self.trouble
        if trouble is not None:
            raise trouble
