"""Rooms: one update's surroundings: who calls, under which key, and how to act and answer for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vibe.domain.messages import Message, Rows, plain
from vibe.edges.telegram.guarding import Caller
from vibe.edges.telegram.talking import Talker
from vibe.kernel.desk import Desk
from vibe.ports.inward import Row

_AT_A_TERMINAL = re.compile(r"[;:,]?\s[^;:,.]*`vibe [^`]*`[^;.]*")


@dataclass(frozen=True, slots=True)
class Room:
    """What is said and done in it is the caller's; `key` makes each command of this update once."""

    desk: Desk
    talker: Talker
    caller: Caller
    key: str

    async def read(self, query: str, **params: Any) -> list[Row]:
        """Run a named query."""
        return await self.desk.graph.read(query, **params)

    async def execute(self, command: object) -> Mapping[str, Any]:
        """Carry out a command in the caller's name.

        Raises:
            VibeError: as for `Desk.execute`; nothing was written.
        """
        receipt = await self.desk.execute(command, actor=f"person:{self.caller.id}", key=self.key)
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
