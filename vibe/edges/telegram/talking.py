"""Talking: what Vibe answers in the chat itself (a toast, a list, "say why"), beside what the loop sends.

An answer never holds up the next update: it waits in a queue of its own and goes out in order. It is said once and not
kept: what must be told whatever happens is a message of the loop. A channel that is away loses toasts, not decisions.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from vibe.domain.errors import Gone, Permanent, Transient
from vibe.domain.messages import Message
from vibe.edges.telegram.chatting import Chat
from vibe.ports.inward import Clock

log = structlog.get_logger()
MOST_WAITING = 500
TRIES = 5
Errand = Callable[[], Awaitable[object]]


class Talker:
    """Says what there is to answer, in order."""

    def __init__(self, chat: Chat, clock: Clock) -> None:
        self._chat, self._clock = chat, clock
        self._errands: deque[tuple[str, Errand, int]] = deque()
        self._more = asyncio.Event()

    def say(self, chat: str, message: Message) -> None:
        """Send a message."""
        self._add("say", lambda: self._chat.send(chat, message), TRIES)

    def toast(self, query: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a tap; it is of no use later, so it is tried once."""
        self._add("toast", lambda: self._chat.answer_tap(query, text, alert=alert), 1)

    def show_rows(self, chat: str, message_id: str, message: Message) -> None:
        """Show other buttons below a message."""
        self._add("rows", lambda: self._chat.show_rows(chat, message_id, message), 2)

    def edit(self, chat: str, message_id: str, message: Message) -> None:
        """Show something else in a message."""
        self._add("edit", lambda: self._chat.edit(chat, message_id, message), 2)

    def _add(self, what: str, errand: Errand, tries: int) -> None:
        if len(self._errands) >= MOST_WAITING:
            log.warning("telegram.answer_dropped", what=what)
            return
        self._errands.append((what, errand, tries))
        self._more.set()

    async def run(self) -> None:
        """Talk until cancelled."""
        while True:
            if not self._errands:
                self._more.clear()
                await self._more.wait()
            what, errand, tries = self._errands.popleft()
            await self._do(what, errand, tries)

    async def _do(self, what: str, errand: Errand, tries: int) -> None:
        for left in reversed(range(tries)):
            try:
                await errand()
                return
            except Transient as error:
                log.warning("telegram.answer_failed", what=what, tries_left=left)
                if left:
                    await self._clock.sleep_until(self._clock.now() + timedelta(seconds=error.retry_after_s))
            except Gone:
                log.info("telegram.answer_unwanted", what=what)
                return
            except Permanent as error:
                log.warning("telegram.answer_refused", what=what, error=str(error)[:200])
                return
