"""Rooms: one update's surroundings: who calls, under which key, and how to act and answer for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vibe.domain.messages import Message, Rows, plain
from vibe.edges.telegram.guarding import Caller
from vibe.edges.telegram.talking import Talker
from vibe.kernel.desk import Desk
from vibe.ports.inward import Graph, Row

_AT_A_TERMINAL = re.compile(r"[;:,]?\s[^;:,.]*`vibe [^`]*`[^;.]*")


class Glance:
    """Reading for one update: what was read once is not read again before something is done."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[str, list[Row]] = {}

    async def read(self, query: str, /, **params: Any) -> list[Row]:
        """Run a named query, or know its answer."""
        asked = f"{query} {sorted(params.items())}"
        if asked not in self._known:
            self._known[asked] = await self._graph.read(query, **params)
        return self._known[asked]

    def forget(self) -> None:
        """Read anew from now on."""
        self._known.clear()


@dataclass(frozen=True, slots=True)
class Room:
    """What is said and done in it is the caller's; `key` makes each command of this update once."""

    desk: Desk
    talker: Talker
    caller: Caller
    key: str
    graph: Glance = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "graph", Glance(self.desk.graph))

    async def read(self, query: str, **params: Any) -> list[Row]:
        """Run a named query."""
        return await self.graph.read(query, **params)

    async def execute(self, command: object) -> Mapping[str, Any]:
        """Carry out a command in the caller's name.

        Raises:
            VibeError: as for `Desk.execute`; nothing was written.
        """
        try:
            receipt = await self.desk.execute(command, actor=f"person:{self.caller.id}", key=self.key)
        finally:
            self.graph.forget()
        return receipt.answer

    def say(self, text: str, rows: Rows = (), *, reply_to: str = "") -> None:
        """Answer in the chat; `text` is Markdown."""
        self.talker.say(self.caller.chat, Message(text, rows, reply_to=reply_to))

    def refuse(self, error: Exception, *, reply_to: str = "") -> None:
        """Say what is not done, and why."""
        self.say(f"Not done: {plain(in_chat(error))}", reply_to=reply_to)


def in_chat(error: Exception | str) -> str:
    """An error's words without the advice that only helps at a terminal."""
    return _AT_A_TERMINAL.sub("", str(error)).strip()
