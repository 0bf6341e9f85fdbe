"""The desk: what the edges that let people and programs in (command line, API, pages, chat) may ask for.

They never see the ledger, the bus or an outward port: they read the graph, hand in commands, and wait.
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Protocol

from vibe.domain.plans import PlanReading
from vibe.kernel.bells import Bells
from vibe.kernel.inbox import Inbox
from vibe.kernel.submissions import Receipt
from vibe.ports.inward import Clock, Graph, Ids
from vibe.settings import Settings


class Desk(Protocol):
    """One process's front desk (`vibe.app.App`)."""

    home: Path
    settings: Settings
    clock: Clock
    ids: Ids
    inbox: Inbox
    bells: Bells

    @property
    def graph(self) -> Graph:
        """Reading by named queries."""
        ...

    @property
    def board(self) -> Graph:
        """The same, from memory where it is about agents and their work."""
        ...

    async def execute(self, command: object, *, actor: str, key: str | None = None) -> Receipt:
        """Carry out a command; `key` makes it once.

        Raises:
            BadInput, NotFound, Conflict, Refused, Transient: nothing was written.
        """
        ...

    async def import_plan(self, reading: PlanReading, *, actor: str, **how: bool) -> Receipt:
        """Keep a plan's documents as its corpus and write its blocks; `how` as in `ImportPlan`."""
        ...

    async def take_document(self, name: str, data: bytes, *, actor: str) -> str:
        """Keep a text that a person brings as a document of their own; returns the name it is kept under.

        Raises:
            BadInput: it is empty, or no UTF-8 text.
        """
        ...

    async def keep_file(self, execution: str, name: str, data: bytes, *, actor: str) -> Receipt:
        """Keep a file that belongs to an execution, by its hash.

        Raises:
            BadInput, NotFound, Conflict: nothing was kept.
        """
        ...

    async def read_file(self, execution: str, name: str, *, actor: str) -> tuple[bytes, str]:
        """What a file of an execution holds, and its SHA-256.

        Raises:
            NotFound, Conflict: there is none of this name, or it is not this agent's to see.
        """
        ...

    async def start_anew(self, folder: str, *, actor: str, key: str | None = None) -> Receipt:
        """Begin an execution anew from a snapshot.

        Raises:
            NotFound, BadInput, Conflict: nothing was written.
        """
        ...

    async def settle(self, root: str, only: Container[str] | None = None) -> None:
        """Wait until what a root set off is done."""
        ...
