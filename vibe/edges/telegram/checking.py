"""Checking: whether the token and the address lead to a bot, and whether something else takes its updates.

Source: issue "Ask once on Telegram" (set-up), TELEGRAM B3.
"""

from __future__ import annotations

from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.request import HTTPXRequest

from vibe.domain.errors import BadInput, Unreachable
from vibe.edges.telegram.bots import make_bot
from vibe.edges.telegram.messenger import TelegramMessenger

REFUSED = "Telegram refuses the token: check it, and that telegram.base_url is the root only (https://api.telegram.org)"


async def bot_name(messenger: TelegramMessenger) -> str:
    """The bot's name, which its link needs.

    Raises:
        BadInput: token or address are wrong. Unreachable: no answer.
    """
    try:
        name = (await messenger.bot.get_me()).username
    except InvalidToken:
        raise BadInput(REFUSED, field="telegram.token") from None  # its text holds the token
    except TelegramError as error:
        raise Unreachable(f"Telegram is not reached at {messenger.base_url} ({type(error).__name__})") from error
    return str(name)


async def findings(messenger: TelegramMessenger, *, daemon: bool) -> list[str]:
    """What is wrong with the channel, one line each; with a running `daemon` its polls are left alone."""
    try:
        await bot_name(messenger)
        info = await messenger.bot.get_webhook_info()
    except (BadInput, Unreachable) as error:
        return [f"telegram: {error}"]
    except TelegramError as error:
        return [f"telegram: {type(error).__name__} when asked for the webhook; is telegram.base_url the Bot API?"]
    found = []
    if info.url:
        found.append("telegram: a webhook is set for this token and takes its updates; `vibe run` removes it")
    if not daemon and await _is_polled_elsewhere(messenger):
        found.append("telegram: another program polls with this token; stop it, or make a token of its own")
    return found


async def _is_polled_elsewhere(messenger: TelegramMessenger) -> bool:
    polls = HTTPXRequest(connection_pool_size=1)
    try:
        await make_bot(messenger.address, messenger.clock, polls).get_updates(timeout=0, limit=1)
    except Conflict:
        return True
    except NetworkError:
        return False
    finally:
        await polls.shutdown()
    return False
