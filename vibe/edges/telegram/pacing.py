"""Pacing: one message a second to a chat, all quiet for as long as Telegram says, slower after that.

Telegram's only contract is 429 with `retry_after`; its guide figures (1/s a chat, 30/s overall) keep us from getting
there. python-telegram-bot's own limiter keeps the overall rate; this adds the chat's, and turns a 429 into silence:
nothing is sent before the time is over, whoever tries is told how long that is. After each 429 a chat's gap doubles,
up to half a minute, and shrinks by half for every ten quiet minutes.

Source: TELEGRAM B1, B2.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter

from vibe.ports.inward import Clock

CHAT_GAP = timedelta(seconds=1)
ALL_A_SECOND = 30
"""Evenly: the library's own figure lets 30 go at once and 30 more within the same second."""
MOST_GAP = timedelta(seconds=30)
CALMS_AFTER = timedelta(minutes=10)
FREE_BURST = 3
"""Telegram lets short bursts pass; a person who taps should not wait."""


def wait_of(error: RetryAfter) -> timedelta:
    """For how long Telegram wants silence."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


class Pacer(AIORateLimiter):
    """The rate limiter; its time is the Clock port's."""

    def __init__(self, clock: Clock, chat_gap: timedelta = CHAT_GAP) -> None:
        super().__init__(overall_max_rate=1, overall_time_period=1 / ALL_A_SECOND, max_retries=0)
        self._clock, self._least = clock, chat_gap
        self._gap, self._calm_at = chat_gap, clock.now()
        self._silent_until = clock.now()
        self._next: dict[str, datetime] = {}

    @property
    def silent_s(self) -> float:
        """For how long nothing may be sent."""
        return max(0.0, (self._silent_until - self._clock.now()).total_seconds())

    @property
    def gap_s(self) -> float:
        """Seconds between two messages to one chat, as it is now."""
        return self._gap.total_seconds()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Wait for this chat's turn, then call.

        Raises:
            RetryAfter: Telegram asked for silence, now or a while ago.
        """
        if self.silent_s:
            raise RetryAfter(timedelta(seconds=self.silent_s))
        chat = data.get("chat_id")
        if chat is not None:
            await self._clock.sleep_until(self._slot(str(chat)))
        try:
            return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)
        except RetryAfter as error:
            self._fall_silent(error)
            raise

    def _slot(self, chat: str) -> datetime:
        """When this chat may be written to; takes the slot."""
        now = self._clock.now()
        self._calm_down(now)
        ahead = self._gap * (FREE_BURST - 1) if self._gap == self._least else timedelta(0)
        due = max(self._next.get(chat, now), now - ahead)
        self._next[chat] = due + self._gap
        if len(self._next) > 1000:
            self._next = {name: at for name, at in self._next.items() if at > now}
        return due

    def _calm_down(self, now: datetime) -> None:
        while self._gap > self._least and now >= self._calm_at + CALMS_AFTER:
            self._gap = max(self._least, self._gap / 2)
            self._calm_at += CALMS_AFTER

    def _fall_silent(self, error: RetryAfter) -> None:
        now = self._clock.now()
        self._silent_until = max(self._silent_until, now + wait_of(error))
        self._gap = min(max(self._gap, CHAT_GAP) * 2, MOST_GAP)
        self._calm_at = self._silent_until
