"""The two servers a store can stand on, as the adapter sees them: an address, a way back, a turn to write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from vibe.domain.errors import Transient
from vibe.edges.graph.addresses import DATABASE, LINGER_S, Address, read_ports
from vibe.edges.graph.embedded import Attachment, attach
from vibe.edges.graph.locks import writer_turn

_TURN_S = 30.0


class Server(Protocol):
    """What the adapter needs of a server."""

    address: Address

    async def revive(self) -> None:
        """Do what can be done after the connection was lost; `address` is right afterwards."""
        ...

    def was_lost(self) -> bool:
        """Whether the server we spoke to is known to be ending or gone."""
        ...

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Hold what has to be held for one write transaction."""
        ...

    def plans_by_samples(self) -> bool:
        """Whether its planner goes by samples of its indexes, which a bulk write makes wrong until they are renewed."""
        ...

    async def aclose(self) -> None:
        """Let go of the server."""
        ...


class RemoteServer:
    """A Neo4j that somebody else runs: waiting is all one can do."""

    def __init__(self, address: Address) -> None:
        self.address = address

    async def revive(self) -> None:
        """Nothing: the retry's growing pause is all there is."""

    def was_lost(self) -> bool:
        """Nobody tells us."""
        return False

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Nothing to hold: its locks wait."""
        yield

    def plans_by_samples(self) -> bool:
        """Neo4j's does."""
        return True

    async def aclose(self) -> None:
        """Nothing to let go of."""


class EmbeddedServer:
    """The home's own server: started again when it dies, one writer at a time.

    Two transactions that touch the same node make the later one fail at commit there, and beside a busy writer a big
    one never gets through; so writers of all processes take turns (GRAPH, "The ledger's transaction").
    """

    def __init__(self, attachment: Attachment, address: Address) -> None:
        self.address = address
        self._attachment = attachment
        self._pid = self._ready_pid()
        self._writing = asyncio.Lock()
        self._reviving = asyncio.Lock()

    @classmethod
    async def attached(
        cls, folder: Path, *, heap: str, database: str = DATABASE, linger_s: float = LINGER_S
    ) -> EmbeddedServer:
        """Attach to the store in `folder`, starting its server if need be.

        Raises:
            Unreachable: it could not be started; the message says what to do.
        """
        return cls(*await asyncio.to_thread(attach, folder, heap=heap, database=database, linger_s=linger_s))

    async def revive(self) -> None:
        """Start the server again if it died.

        Raises:
            Unreachable: it could not be started; the message says what to do.
        """
        async with self._reviving:
            self.address = await asyncio.to_thread(self._attachment.ensure)
            self._pid = self._ready_pid()

    def was_lost(self) -> bool:
        """Whether the address file names another server than ours, or none."""
        return self._ready_pid() != self._pid

    def _ready_pid(self) -> int | None:
        ports = read_ports(self._attachment.folder)
        return ports.pid if ports else None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold the writer's turn: first among this store's tasks, then among processes."""
        try:
            async with asyncio.timeout(_TURN_S) as limit:
                await self._writing.acquire()
                try:
                    turn = writer_turn(self._attachment.folder)
                    await turn.__aenter__()
                except BaseException:
                    self._writing.release()
                    raise
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise Transient(f"another writer has held the store for {_TURN_S:.0f} s") from error
        try:
            yield
        finally:
            await turn.__aexit__(None, None, None)
            self._writing.release()

    def plans_by_samples(self) -> bool:
        """ArcadeDB's goes by rules."""
        return False

    async def aclose(self) -> None:
        """Let go; the server ends when nobody else uses it."""
        self._attachment.close()
