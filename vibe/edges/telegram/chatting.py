"""Chatting: sends and edits messages, and says in our own words what Telegram refuses.

`BadRequest` is a `NetworkError` in python-telegram-bot, so it is looked at first. What is told by its text alone
("message is not modified", "message to edit not found") is matched by that text; Telegram has no codes for it.

Source: TELEGRAM B1, B3.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from vibe.domain.errors import Gone, Permanent, Transient, Unreachable
from vibe.domain.messages import Message
from vibe.domain.visible import visible
from vibe.edges.telegram.pacing import wait_of
from vibe.edges.telegram.rendering import Part, render

log = structlog.get_logger()
T = TypeVar("T")
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
ANSWER_MAX = 200
PLACEHOLDER_MAX = 64
AGAIN_S = 30.0
NOT_MODIFIED = "message is not modified"
TOO_OLD = ("query is too old", "query id is invalid")
NO_MESSAGE = (
    "message to edit not found",
    "message can't be edited",
    "message to be replied not found",
    "message_id_invalid",
)
NO_CHAT = ("chat not found", "user is deactivated", "bot was blocked", "have no rights", "peer_id_invalid")


class Chat:
    """The bot's voice: `ports.outward.Messenger`, and answers to taps."""

    def __init__(self, bot: ExtBot[int]) -> None:
        self._bot = bot

    async def send(self, chat: str, message: Message) -> tuple[str, ...]:
        """Send a message in as many parts as it needs; buttons and the request to reply are on the last."""
        parts = render(message.text)
        ids: list[str] = []
        for part in parts:
            last = part is parts[-1]
            ids.append(await self._send_part(chat, part, message, _markup(message) if last else None, first=not ids))
        return tuple(ids)

    async def _send_part(self, chat: str, part: Part, message: Message, markup: Any, *, first: bool) -> str:
        reply = ReplyParameters(int(message.reply_to), allow_sending_without_reply=True) if message.reply_to else None
        sent = await translated(
            lambda: self._bot.send_message(
                int(chat),
                part.text,
                entities=part.entities,
                reply_markup=markup,
                reply_parameters=reply if first else None,
                disable_notification=message.silent,
                link_preview_options=NO_PREVIEW,
            )
        )
        return str(sent.message_id)

    async def edit(self, chat: str, message_id: str, message: Message) -> None:
        """Show something else in a sent message; what does not fit into one message is cut."""
        parts = render(message.text)
        if len(parts) > 1:
            log.info("telegram.edit_cut", parts=len(parts))
        try:
            await translated(
                lambda: self._bot.edit_message_text(
                    parts[0].text,
                    chat_id=int(chat),
                    message_id=int(message_id),
                    entities=parts[0].entities,
                    reply_markup=_buttons(message),
                    link_preview_options=NO_PREVIEW,
                )
            )
        except NotModified:
            log.debug("telegram.not_modified")

    async def show_rows(self, chat: str, message_id: str, message: Message) -> None:
        """Show other buttons below a sent message."""
        try:
            await translated(
                lambda: self._bot.edit_message_reply_markup(
                    chat_id=int(chat), message_id=int(message_id), reply_markup=_buttons(message)
                )
            )
        except NotModified:
            log.debug("telegram.not_modified")

    async def answer_tap(self, query: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a tap, so that the button stops turning; one that is too old needs no answer any more."""
        text = visible(text)
        cut = text if len(text) <= ANSWER_MAX else text[: ANSWER_MAX - 1] + "…"
        try:
            await translated(lambda: self._bot.answer_callback_query(query, cut or None, show_alert=alert))
        except TooOld:
            log.debug("telegram.tap_too_old")


class NotModified(Permanent):
    """The message shows this already."""


class TooOld(Permanent):
    """The tap is too old to be answered."""


async def translated(call: Callable[[], Awaitable[T]]) -> T:
    """Call Telegram and say in our own words what it refuses.

    Raises:
        Transient, Unreachable: try again later. Gone: chat or message is no more. Permanent: it never will.
    """
    try:
        return await call()
    except RetryAfter as error:
        wait_s = wait_of(error).total_seconds()
        raise Transient(f"Telegram asks for {wait_s:.0f} s of silence", retry_after_s=wait_s) from error
    except Forbidden as error:
        raise Gone(f"Telegram: {error.message}") from error
    except BadRequest as error:
        raise _refusal(error.message) from error
    except ChatMigrated as error:
        raise Gone("the chat became a group") from error
    except InvalidToken:  # its text holds the token
        raise Unreachable("Telegram refuses the token, or telegram.base_url is wrong", retry_after_s=60) from None
    except TimedOut as error:
        raise Transient("Telegram did not answer in time", retry_after_s=AGAIN_S) from error
    except TelegramError as error:
        raise Unreachable(f"Telegram is not reached ({type(error).__name__})", retry_after_s=AGAIN_S) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Permanent("Telegram did it, but its answer can't be read") from error


def _refusal(text: str) -> Permanent:
    low = text.lower()
    if NOT_MODIFIED in low:
        return NotModified()
    if any(known in low for known in TOO_OLD):
        return TooOld()
    if any(known in low for known in (*NO_MESSAGE, *NO_CHAT)):
        return Gone(f"Telegram: {text}")
    return Permanent(f"Telegram refuses the message: {text}")


def _markup(message: Message) -> InlineKeyboardMarkup | ForceReply | None:
    if message.ask:
        return ForceReply(selective=True, input_field_placeholder=message.ask[:PLACEHOLDER_MAX])
    return _buttons(message)


def _buttons(message: Message) -> InlineKeyboardMarkup | None:
    if not message.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(visible(button.label), url=button.url)
                if button.url
                else InlineKeyboardButton(visible(button.label), callback_data=button.data)
                for button in row
            ]
            for row in message.rows
        ]
    )
