"""Guarding: whom a message or a tap comes from, decided once, before anything is done about it.

Only private chats of persons who were let in count, and there it is the person who speaks or taps that counts. Edited
and forwarded messages, other bots, groups, and a tap in somebody else's chat decide nothing.

Source: issue "Ask once on Telegram" (strangers and tricks), DESIGN section 5.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from telegram import Chat, Message, Update, User
from telegram.constants import ChatType


class Standing(StrEnum):
    """What may be done about it."""

    APPROVER = "approver"
    STRANGER = "stranger"  # in a private chat: may bring a code
    FORWARDED = "forwarded"  # an approver passes on somebody's words
    NOBODY = "nobody"  # no answer at all


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: `id` as the graph knows persons, `chat` where to answer."""

    standing: Standing
    id: str = ""
    chat: str = ""
    name: str = ""


NOBODY = Caller(Standing.NOBODY)


def who_calls(update: Update, approvers: Container[str]) -> Caller:
    """Say who calls."""
    query = update.callback_query
    if query is not None:
        return _caller(query.from_user, query.message.chat if query.message else None, approvers)
    message = update.message
    if message is None:  # edited, a channel's, a kind we never asked for
        return NOBODY
    caller = _caller(message.from_user, message.chat, approvers)
    if caller.standing is Standing.APPROVER and _is_passed_on(message):
        return Caller(Standing.FORWARDED, caller.id, caller.chat)
    return caller


def _caller(user: User | None, chat: Chat | None, approvers: Container[str]) -> Caller:
    if user is None or chat is None or user.is_bot or chat.type != ChatType.PRIVATE:
        return NOBODY
    if chat.id != user.id:
        return NOBODY
    identity = f"telegram:{user.id}"
    standing = Standing.APPROVER if identity in approvers else Standing.STRANGER
    return Caller(standing, identity, str(chat.id), user.full_name)


def _is_passed_on(message: Message) -> bool:
    return bool(message.forward_origin or message.via_bot or message.sender_chat)
