"""Serving: the bot as the daemon runs it: polls, hears, talks; a task that dies stops the daemon.

Source: DESIGN section 3 ("Who delivers": it polls too).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from telegram.ext import ExtBot

from vibe.edges.telegram.bots import make_bot
from vibe.edges.telegram.hearing import Hearer
from vibe.edges.telegram.messenger import TelegramMessenger
from vibe.edges.telegram.polling import Health, KeepingRequest, Poller
from vibe.edges.telegram.talking import Talker
from vibe.kernel.desk import Desk


async def serve_telegram(desk: Desk, messenger: TelegramMessenger, has_turn: Callable[[], bool]) -> None:
    """Serve until cancelled; polls only while this process has the turn."""
    talker = Talker(messenger.chat, desk.clock)
    hearer = Hearer(desk, talker)
    health = Health(desk.inbox)
    request = KeepingRequest(desk.inbox, health, hearer.heard)

    def make(polls: KeepingRequest) -> ExtBot[int]:
        return make_bot(messenger.address, desk.clock, polls)

    poller = Poller(request, health, desk.clock, make, hearer.heard)
    async with asyncio.TaskGroup() as group:
        group.create_task(poller.run(has_turn), name="telegram polls")
        group.create_task(hearer.run(), name="telegram hears")
        group.create_task(talker.run(), name="telegram talks")
