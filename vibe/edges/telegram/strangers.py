"""Strangers: somebody who was not let in may bring a code, and gets one short line a day at most.

Source: issue "Ask once on Telegram" (strangers and tricks, set-up).
"""

from __future__ import annotations

from telegram import Update

from vibe.domain import taps
from vibe.domain.commands import PairPerson
from vibe.domain.messages import Button
from vibe.domain.pairings import read_code
from vibe.edges.telegram.rooms import Room

WELCOME = (
    "You are in: Vibe asks you here from now on, and does what you approve.\n"
    "Tap the button to try it. /help shows what you can say."
)
PRIVATE = "This bot works for its owner only."
NO_CODE = "That code does not open this bot (any more)."


async def meet(room: Room, update: Update) -> None:
    """Let in who brings the code; else say once a day that there is nothing here."""
    message, query = update.message, update.callback_query
    if query is not None:
        room.talker.toast(query.id, "This is not yours to decide.")
    code = read_code(message.text or "") if message else None
    if code is not None:
        caller = room.caller
        answer = await room.execute(PairPerson(caller.id, caller.chat, caller.name, code))
        if answer["paired"]:
            room.say(WELCOME, ((Button("Test", taps.test_button()),),))
            return
    if message is not None and await room.desk.inbox.is_first_today(room.caller.id):
        room.say(NO_CODE if code is not None else PRIVATE)
