"""The messenger: `ports.outward.Messenger` over Telegram. Loads the library when the first message is sent."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from vibe.domain.messages import Message
from vibe.ports.inward import Clock

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from vibe.edges.telegram.bots import Address
    from vibe.edges.telegram.chatting import Chat


class TelegramMessenger:
    """One token's messenger."""

    def __init__(self, token: str, base_url: str, chat_gap: timedelta, clock: Clock) -> None:
        self._token, self.base_url, self._chat_gap, self.clock = token, base_url, chat_gap, clock

    @cached_property
    def address(self) -> Address:
        """Which bot, and where."""
        from vibe.edges.telegram.bots import Address

        return Address(self._token, self.base_url, self._chat_gap)

    @cached_property
    def bot(self) -> ExtBot[int]:
        """The bot; one for everything that is sent, so that its pace is kept."""
        from vibe.edges.telegram.bots import make_bot

        return make_bot(self.address, self.clock)

    @cached_property
    def chat(self) -> Chat:
        """Its voice."""
        from vibe.edges.telegram.chatting import Chat

        return Chat(self.bot)

    async def send(self, chat: str, message: Message) -> tuple[str, ...]:
        """Send a message."""
        return await self.chat.send(chat, message)

    async def edit(self, chat: str, message_id: str, message: Message) -> None:
        """Edit a sent message."""
        await self.chat.edit(chat, message_id, message)

    async def aclose(self) -> None:
        """Close the connections, where any were opened."""
        if "bot" in self.__dict__:
            await self.bot.request.shutdown()
