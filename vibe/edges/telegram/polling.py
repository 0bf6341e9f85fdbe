"""Polling: brings what Telegram has for us into the inbox, and confirms it only then.

python-telegram-bot confirms updates as soon as they are parsed, and drops a whole batch for one that can't be parsed.
So the batch is written down where it arrives, in the request: the library then gets the bare numbers, confirms them and
has nothing left to parse. What it raises at (409, a refused token, no network) is noted for `vibe health`.

Polls only while this process has the turn. Started without network it keeps trying.

Source: TELEGRAM B1, B2; issue "Ask once on Telegram" (nothing lost).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import NetworkError, TelegramError
from telegram.ext import ExtBot, Updater
from telegram.request import HTTPXRequest, RequestData

from vibe.domain.canonical import from_json, to_json
from vibe.domain.errors import Permanent, Transient
from vibe.edges.telegram.bots import CONNECT_S
from vibe.edges.telegram.chatting import translated
from vibe.kernel.inbox import Arrival, Inbox
from vibe.ports.inward import Clock

log = structlog.get_logger()
POLL = timedelta(seconds=30)
LOOK_AGAIN = timedelta(seconds=1)
TRY_AGAIN = timedelta(seconds=5)
KINDS = ["message", "callback_query"]
TROUBLES = {
    409: ("second_poller", "another program polls with the same token: stop it, or make a token of its own"),
    401: ("token_refused", "Telegram refuses the token: check telegram.token"),
    404: ("token_refused", "Telegram knows no such bot: check telegram.token, and telegram.base_url (the root only)"),
}
WEBHOOK = ("webhook_set", "a webhook is set for this token and takes its updates: start `vibe run` anew to remove it")
MENU = (
    ("pending", "What waits for you"),
    ("status", "How Vibe is"),
    ("gaps", "What is missing"),
    ("help", "All words"),
)
"""Telegram's list beside the text field; numbered commands can't stand there."""
UNREACHED = ("unreachable", "Telegram is not reached; trying again")


class Health:
    """How the channel is; notes in the graph what changed, for other processes."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox, self._noted = inbox, "?"
        self.trouble, self.detail, self.bot = "", "", ""

    async def set(self, trouble: str = "", detail: str = "", *, bot: str | None = None) -> None:
        """Say how it is now."""
        self.trouble, self.detail, self.bot = trouble, detail, self.bot if bot is None else bot
        if trouble == self._noted:
            return
        if trouble:
            log.warning("telegram.trouble", trouble=trouble, detail=detail)
        else:
            log.info("telegram.listening", bot=self.bot)
        try:
            await self._inbox.note(trouble, detail, bot=self.bot)
            self._noted = trouble
        except Transient:
            log.warning("telegram.store_unreachable")


class KeepingRequest(HTTPXRequest):
    """Carries polls: what arrives is kept before the library sees that it arrived."""

    def __init__(self, inbox: Inbox, health: Health, heard: Callable[[], None]) -> None:
        super().__init__(connection_pool_size=1, connect_timeout=CONNECT_S, pool_timeout=CONNECT_S)
        self._inbox, self._health, self._heard = inbox, health, heard

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Poll once.

        Raises:
            NetworkError: Telegram refuses, or the store did not take what came; the library tries again.
        """
        try:
            code, payload = await super().do_request(url, method, request_data, *args, **kwargs)
        except TelegramError:
            await self._health.set(*UNREACHED)
            raise
        if code in TROUBLES:
            trouble, detail = WEBHOOK if code == 409 and b"webhook" in payload.lower() else TROUBLES[code]
            await self._health.set(trouble, detail)
            raise NetworkError(detail)  # any other error would end the library's polling for good
        if code != 200:
            await self._health.set(*UNREACHED)
            return code, payload
        return code, await self._kept(payload)

    async def _kept(self, payload: bytes) -> bytes:
        """Write down what came; returns the bare numbers."""
        updates = _updates(payload)
        if updates:
            try:
                await self._inbox.keep([Arrival(one["update_id"], to_json(one).decode()) for one in updates])
            except Transient as error:
                raise NetworkError("the store did not take the updates") from error
            self._heard()
        await self._health.set()
        return to_json({"ok": True, "result": [{"update_id": one["update_id"]} for one in updates]})


def _updates(payload: bytes) -> list[dict[str, Any]]:
    try:
        found = from_json(payload)["result"]
        return [one for one in found if isinstance(one["update_id"], int)]
    except (ValueError, KeyError, TypeError) as error:
        raise NetworkError("the answer is none of the Bot API's; check telegram.base_url") from error


class _Confirmed(asyncio.Queue[object]):
    """The library's queue: what is put here stands in the inbox already."""

    async def put(self, item: object) -> None:
        """Drop it."""


class Poller:
    """Polls while this process has the turn.

    Args:
        make: makes the bot that polls, from the request that carries its polls.
        take_up: called when it is this process's turn: what was left in the inbox is dealt with.
    """

    def __init__(
        self,
        request: KeepingRequest,
        health: Health,
        clock: Clock,
        make: Callable[[KeepingRequest], ExtBot[int]],
        take_up: Callable[[], None],
    ) -> None:
        self._request, self._health, self._clock, self._make = request, health, clock, make
        self._take_up = take_up

    async def run(self, has_turn: Callable[[], bool]) -> None:
        """Run until cancelled; `has_turn`: whether this process delivers, as two would take each other's updates."""
        while True:
            await self._clock_until(has_turn)
            self._take_up()
            await self._poll(has_turn)

    async def _clock_until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self._clock.sleep_until(self._clock.now() + LOOK_AGAIN)

    async def _poll(self, has_turn: Callable[[], bool]) -> None:
        bot = self._make(self._request)
        updater = Updater(bot, _Confirmed())
        try:
            if not await self._reached(updater, has_turn):
                return
            await self._tried(lambda: bot.set_my_commands(MENU))
            if await self._tried(lambda: _start(updater)):
                await self._clock_until(lambda: not has_turn())
            else:
                await self._clock.sleep_until(self._clock.now() + TRY_AGAIN)
        finally:
            if updater.running:
                await updater.stop()
            await updater.shutdown()

    async def _reached(self, updater: Updater, has_turn: Callable[[], bool]) -> bool:
        """Say hello until it is answered; False when the turn is lost meanwhile."""
        while has_turn():
            if await self._tried(updater.initialize):
                await self._health.set(bot=updater.bot.username)
                return True
            await self._clock.sleep_until(self._clock.now() + TRY_AGAIN)
        return False

    async def _tried(self, call: Callable[[], Awaitable[object]]) -> bool:
        try:
            await translated(call)
        except (Transient, Permanent) as error:
            await self._health.set(UNREACHED[0], f"{error}; trying again")
            return False
        return True


async def _start(updater: Updater) -> None:
    await updater.start_polling(
        timeout=POLL,
        bootstrap_retries=-1,
        drop_pending_updates=False,
        allowed_updates=KINDS,
        error_callback=_noted,
    )


def _noted(error: TelegramError) -> None:
    """What polling fails at is noted by the request; a traceback a try would only fill the log."""
    log.debug("telegram.poll_failed", error=type(error).__name__)
