"""Hearing: takes what stands in the inbox, in order, and carries it out once.

An update stays in the inbox until it was dealt with; its commands carry the key `telegram/<update_id>`, so one that is
taken up again after a crash is carried out once. A store that is away holds everything back. An update that can't be
read, or that something here fails at, is closed with a word in the log and never holds up those behind it: this is the
bus of what comes in, so it has a blanket `except` of its own. Texts never reach the log.

Source: issue "Ask once on Telegram" (nothing lost).
"""

from __future__ import annotations

import asyncio
import traceback
from datetime import timedelta

import structlog
from telegram import Update

from vibe.domain.canonical import from_json
from vibe.domain.errors import Transient
from vibe.edges.telegram.guarding import Caller, Standing, who_calls
from vibe.edges.telegram.rooms import Room
from vibe.edges.telegram.speaking import answer_words
from vibe.edges.telegram.strangers import meet
from vibe.edges.telegram.talking import Talker
from vibe.edges.telegram.tapping import answer_tap
from vibe.kernel.desk import Desk
from vibe.ports.inward import Row

log = structlog.get_logger()
AGAIN = timedelta(seconds=5)
MOST_APPROVERS = 100
FORWARDED = "What you forward decides nothing: say it in your own words."


class Hearer:
    """Deals with what came in, one after the other."""

    def __init__(self, desk: Desk, talker: Talker) -> None:
        self._desk, self._talker = desk, talker
        self._more = asyncio.Event()

    def heard(self) -> None:
        """Something came in."""
        self._more.set()

    async def run(self) -> None:
        """Hear until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            try:
                while await self.deal():
                    pass
            except Transient as error:
                log.warning("telegram.store_unreachable", error=str(error))
                await self._desk.clock.sleep_until(self._desk.clock.now() + AGAIN)
                self._more.set()

    async def deal(self) -> int:
        """Deal with what waits now; returns how many that were.

        Raises:
            Transient: the store is away; what was not dealt with waits.
        """
        rows = await self._desk.inbox.waiting()
        done: list[int] = []
        try:
            for row in rows:
                await self._deal_with(row)
                done.append(row["n"])
        finally:
            await self._desk.inbox.close(done)
        return len(done)

    async def _deal_with(self, row: Row) -> None:
        with structlog.contextvars.bound_contextvars(update=row["n"]):
            try:
                await self._answer(row)
            except Transient:
                raise
            except Exception as error:  # noqa: BLE001 - see the module's docstring; the trace would show texts
                last = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
                log.error("telegram.update_failed", error=type(error).__name__, where=where)  # noqa: TRY400

    async def _answer(self, row: Row) -> None:
        update = Update.de_json(from_json(row["raw"]))
        people = await self._desk.graph.read("people/approvers", limit=MOST_APPROVERS)
        caller = who_calls(update, {person["id"] for person in people})
        room = Room(self._desk, self._talker, caller, f"telegram/{row['n']}")
        match caller.standing:
            case Standing.APPROVER:
                await self._act(room, update)
            case Standing.FORWARDED:
                room.say(FORWARDED)
            case Standing.STRANGER:
                await meet(room, update)
            case Standing.NOBODY:
                self._decline(caller, update)

    async def _act(self, room: Room, update: Update) -> None:
        if update.callback_query is not None:
            await answer_tap(room, update.callback_query)
        elif update.message is not None:
            await answer_words(room, update.message)

    def _decline(self, caller: Caller, update: Update) -> None:
        del caller
        log.info("telegram.ignored")
        if update.callback_query is not None:
            self._talker.toast(update.callback_query.id, "This is not yours to decide.")
